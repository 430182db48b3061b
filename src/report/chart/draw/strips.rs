//! PNG files: a picture is drawn and packed in strips, on several threads at once.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::Result;
use flate2::{Compress, Compression, FlushCompress};

use super::canvas::Canvas;
use super::{Letters, STEPS, paint};
use crate::report::chart::scene::Scene;

/// Level of compression: the next ones save a fifth to a quarter of the bytes and take twice the time, most of that
/// of a simple picture.
const LEVEL: u32 = 1;

/// Strips of a picture. They do not follow the machine, which would show in the bytes; each is small enough to stay
/// near the processor while it is drawn and packed.
const STRIPS: u32 = 8;

/// A scene as PNG.
///
/// # Errors
/// What the encoder reports.
pub fn png(scene: &Scene, scale: f64, letters: &Letters) -> Result<Vec<u8>> {
    let pixels = |length: f64| (length * scale).round() as u32;
    let (width, height) = (pixels(scene.width), pixels(scene.height));
    let ends: Vec<u32> = (0..=STRIPS).map(|k| height * k / STRIPS).collect();
    let rows: Vec<Range<u32>> = ends.windows(2).map(|ends| ends[0]..ends[1]).collect();
    let strips = strips(scene, scale, width, &rows, letters)?;
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_chunk(png::chunk::IDAT, &stream(&strips))?;
    writer.finish()?;
    Ok(bytes)
}

/// The strips of a picture in order. Every thread takes the next one that is left, and draws it where it drew the
/// last one: fresh memory is dear.
fn strips(
    scene: &Scene,
    scale: f64,
    width: u32,
    rows: &[Range<u32>],
    letters: &Letters,
) -> Result<Vec<Strip>> {
    let next = AtomicUsize::new(0);
    let some = |letters: Letters| -> Result<Vec<(usize, Strip)>> {
        let mut canvas = Canvas::new(width, 0..0, scene.background, STEPS, &letters);
        let mut packing = Compress::new(Compression::new(LEVEL), false);
        let mut list = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(rows_of_strip) = rows.get(at) else {
                return Ok(list);
            };
            canvas.turn_to(rows_of_strip.clone());
            paint(scene, &mut canvas, scale * STEPS)?;
            packing.reset();
            let strip = Strip {
                packed: packed(canvas.rows(), at + 1 == rows.len(), &mut packing)?,
                check: Adler::of(canvas.rows()),
            };
            list.push((at, strip));
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let found: Result<Vec<_>> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.min(rows.len()))
            .map(|_| {
                let letters = letters.clone();
                scope.spawn(|| some(letters))
            })
            .collect();
        let joined = workers.into_iter().map(|worker| {
            worker
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        joined.collect()
    });
    let mut strips: Vec<(usize, Strip)> = found?.into_iter().flatten().collect();
    strips.sort_by_key(|(at, _)| *at);
    Ok(strips.into_iter().map(|(_, strip)| strip).collect())
}

/// Some rows of a picture, packed.
struct Strip {
    packed: Vec<u8>,
    check: Adler,
}

/// Packs a part of a stream so that others can follow on a whole byte, or its last part.
fn packed(bytes: &[u8], last: bool, packing: &mut Compress) -> Result<Vec<u8>> {
    let flush = if last {
        FlushCompress::Finish
    } else {
        FlushCompress::Sync
    };
    let mut out = Vec::with_capacity(bytes.len() / 32 + 1_024);
    loop {
        let read = packing.total_in() as usize;
        packing.compress_vec(&bytes[read..], &mut out, flush)?;
        // Room that is left says that nothing is held back.
        if packing.total_in() as usize == bytes.len() && out.len() < out.capacity() {
            return Ok(out);
        }
        out.reserve(out.capacity());
    }
}

/// Packed parts as one zlib stream (RFC 1950).
fn stream(strips: &[Strip]) -> Vec<u8> {
    // Deflate with a window of 32 KiB, no dictionary, a fast level; a multiple of 31.
    let mut bytes = vec![0x78, 0x5e];
    let mut check = Adler::of(&[]);
    for strip in strips {
        bytes.extend_from_slice(&strip.packed);
        check = check.then(&strip.check);
    }
    bytes.extend_from_slice(&(check.b << 16 | check.a).to_be_bytes());
    bytes
}

/// The check sum of a zlib stream: the sum of its bytes and one, and the sum of all such sums on the way.
struct Adler {
    a: u32,
    b: u32,
    length: u64,
}

impl Adler {
    const MODULUS: u32 = 65_521;
    /// So many bytes can be added before a sum outgrows 32 bits.
    const MOST: usize = 5_552;
    /// Bytes that are added in one step, which a compiler makes vector instructions of.
    const STEP: usize = 16;

    fn of(bytes: &[u8]) -> Self {
        let (mut a, mut b) = (1, 0);
        for chunk in bytes.chunks(Self::MOST) {
            let mut steps = chunk.chunks_exact(Self::STEP);
            for step in &mut steps {
                let (mut sum, mut weighted) = (0, 0);
                for (at, byte) in (0..).zip(step) {
                    sum += u32::from(*byte);
                    // A byte counts in its own sum and in all that follow.
                    weighted += (Self::STEP as u32 - at) * u32::from(*byte);
                }
                b += Self::STEP as u32 * a + weighted;
                a += sum;
            }
            for byte in steps.remainder() {
                a += u32::from(*byte);
                b += a;
            }
            a %= Self::MODULUS;
            b %= Self::MODULUS;
        }
        let length = bytes.len() as u64;
        Self { a, b, length }
    }

    /// The sum of these bytes and those of another.
    fn then(&self, next: &Self) -> Self {
        let modulus = u64::from(Self::MODULUS);
        // Every sum of the next bytes began at one, and begins here at `a`.
        let more = u64::from(self.a) + modulus - 1;
        let a = (more + u64::from(next.a)) % modulus;
        let risen = next.length % modulus * (more % modulus);
        let b = (u64::from(self.b) + u64::from(next.b) + risen) % modulus;
        Self {
            a: a as u32,
            b: b as u32,
            length: self.length + next.length,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn the_sum_of_parts_is_that_of_the_whole() {
        // RFC 1950 by hand: "ab" is a = 1 + 97 + 98 = 196, b = 98 + 196 = 294.
        let sum = Adler::of(b"ab");
        assert_eq!((sum.a, sum.b), (196, 294));
        let bytes: Vec<u8> = (0..200_000u32)
            .map(|k| (k.wrapping_mul(k) / 7 % 251) as u8)
            .collect();
        let whole = Adler::of(&bytes);
        for at in [0, 1, 5_552, 65_521, 199_999, 200_000] {
            let sum = Adler::of(&bytes[..at]).then(&Adler::of(&bytes[at..]));
            assert_eq!((sum.a, sum.b), (whole.a, whole.b), "{at}");
        }
    }

    #[test]
    fn packed_parts_are_one_stream() {
        // Bytes that hardly shrink take more room than is set aside at first.
        let hard: Vec<u8> = (0..50_000u32)
            .map(|k| (k.wrapping_mul(2_654_435_761) >> 13) as u8)
            .collect();
        let flat = vec![7; 70_000];
        let mut packing = Compress::new(Compression::new(LEVEL), false);
        let strips: Vec<Strip> = [(&hard, false), (&flat, false), (&hard, true)]
            .map(|(bytes, last)| {
                packing.reset();
                Strip {
                    packed: packed(bytes, last, &mut packing).expect("packed"),
                    check: Adler::of(bytes),
                }
            })
            .into();
        let mut back = Vec::new();
        let bytes = stream(&strips);
        let mut reader = flate2::read::ZlibDecoder::new(&bytes[..]);
        reader
            .read_to_end(&mut back)
            .expect("a stream with its sum");
        assert!(back == [&hard[..], &flat, &hard].concat());
    }
}

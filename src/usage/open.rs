//! Bytes of a log: gzip and zstd are unpacked, told by their first bytes; the head is kept for a look.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;

/// Bytes that are looked at to tell formats apart.
pub const HEAD: usize = 256 * 1024;

/// A log that can be read, and what it begins with.
pub struct Opened<'a> {
    /// The first bytes, unpacked, without a byte order mark.
    pub head: Vec<u8>,
    /// All bytes, the head included.
    pub bytes: Box<dyn BufRead + Send + 'a>,
}

/// Opens a log.
///
/// # Errors
/// Bytes that cannot be read or unpacked, and text in UTF-16.
pub fn open<'a>(raw: impl Read + Send + 'a) -> io::Result<Opened<'a>> {
    let mut raw = BufReader::with_capacity(HEAD, raw);
    let mut magic = Vec::new();
    raw.by_ref().take(4).read_to_end(&mut magic)?;
    let packed = BufReader::new(Cursor::new(magic.clone()).chain(raw));
    let mut plain: Box<dyn Read + Send + 'a> = match magic[..] {
        [0x1f, 0x8b, ..] => Box::new(MultiGzDecoder::new(packed)),
        [0x28, 0xb5, 0x2f, 0xfd] => Box::new(Zstd::new(packed)),
        _ => Box::new(packed),
    };
    let mut head = Vec::new();
    plain.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
    if is_utf_16(&head) {
        return Err(io::Error::other(UTF_16));
    }
    if head.starts_with(&[0xef, 0xbb, 0xbf]) {
        head.drain(..3);
    }
    let bytes = BufReader::with_capacity(HEAD, Cursor::new(head.clone()).chain(plain));
    Ok(Opened {
        head,
        bytes: Box::new(bytes),
    })
}

/// Whether a text is UTF-16: by its mark, or by four letters of ASCII, of which every second byte is zero.
fn is_utf_16(head: &[u8]) -> bool {
    match head {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => true,
        [a, 0, b, 0, c, 0, d, 0, ..] | [0, a, 0, b, 0, c, 0, d, ..] => [a, b, c, d]
            .iter()
            .all(|byte| **byte != 0 && byte.is_ascii()),
        _ => false,
    }
}

/// What to do about UTF-16.
const UTF_16: &str = "is UTF-16 text; save it as UTF-8 (iconv -f UTF-16 -t UTF-8)";

/// Frames of zstd one after another, as `cat a.zst b.zst` makes them.
struct Zstd<R: BufRead> {
    frame: Option<Box<StreamingDecoder<R, ruzstd::decoding::FrameDecoder>>>,
    rest: Option<R>,
}

impl<R: BufRead> Zstd<R> {
    fn new(packed: R) -> Self {
        Self {
            frame: None,
            rest: Some(packed),
        }
    }

    /// Begins the next frame; false at the end of the file.
    fn begin(&mut self) -> io::Result<bool> {
        let Some(mut rest) = self.rest.take() else {
            return Ok(false);
        };
        if rest.fill_buf()?.is_empty() {
            return Ok(false);
        }
        let frame = StreamingDecoder::new(rest).map_err(io::Error::other)?;
        self.frame = Some(Box::new(frame));
        Ok(true)
    }
}

impl<R: BufRead> Read for Zstd<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !buffer.is_empty() {
            if let Some(frame) = &mut self.frame {
                let count = frame.read(buffer)?;
                if count > 0 {
                    return Ok(count);
                }
            }
            if let Some(frame) = self.frame.take() {
                self.rest = Some(frame.into_inner());
            }
            if !self.begin()? {
                break;
            }
        }
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn text(raw: &[u8]) -> String {
        let mut text = String::new();
        open(raw).unwrap().bytes.read_to_string(&mut text).unwrap();
        text
    }

    fn gzip(text: &str) -> Vec<u8> {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(text.as_bytes()).unwrap();
        packer.finish().unwrap()
    }

    fn zstd(text: &str) -> Vec<u8> {
        let level = ruzstd::encoding::CompressionLevel::Fastest;
        ruzstd::encoding::compress_to_vec(text.as_bytes(), level)
    }

    #[test]
    fn plain_and_packed_texts_read_the_same_also_in_several_parts() {
        assert_eq!(text(b"a,b\n1,2\n"), "a,b\n1,2\n");
        assert_eq!(text(&[gzip("a,b\n"), gzip("1,2\n")].concat()), "a,b\n1,2\n");
        assert_eq!(text(&[zstd("a,b\n"), zstd("1,2\n")].concat()), "a,b\n1,2\n");
        assert_eq!(text(b""), "");
        assert_eq!(text("\u{feff}x".as_bytes()), "x");
    }

    #[test]
    fn a_torn_archive_is_an_error_and_not_a_short_log() {
        let whole = gzip("a,b\n1,2\n");
        let mut bytes = Vec::new();
        let torn =
            open(&whole[..whole.len() - 6]).and_then(|mut log| log.bytes.read_to_end(&mut bytes));
        assert!(torn.is_err());
    }

    #[test]
    fn utf_16_is_refused_with_what_to_do() {
        let error = open(&[0xff, 0xfe, b'a', 0][..]).err().unwrap();
        assert!(error.to_string().contains("save it as UTF-8"));
        for text in [b"t\0i\0m\0e\0", b"\0t\0i\0m\0e"] {
            assert!(open(&text[..]).is_err());
        }
        assert!(open(&b"a\0,b\n1,2\n"[..]).is_ok());
    }
}

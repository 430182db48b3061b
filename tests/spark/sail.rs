//! Sail, installed and started.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// The version that is tested with.
const VERSION: &str = "0.7.2";

/// A server that ends with the test.
pub struct Sail {
    server: Child,
    pub port: u16,
}

impl Drop for Sail {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Sail {
    /// A server with three workers on a port that is free; none where Sail cannot be had.
    pub fn start() -> Option<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("its address").port();
        drop(listener);
        Self::start_at(port)
    }

    /// A server on this port.
    pub fn start_at(port: u16) -> Option<Self> {
        let program = program()?;
        let server = Command::new(program)
            .args(["spark", "server", "--ip", "127.0.0.1", "--port"])
            .arg(port.to_string())
            .env("SAIL_MODE", "local-cluster")
            .env("SAIL_CLUSTER__WORKER_INITIAL_COUNT", "3")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("Sail starts");
        let sail = Self { server, port };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(60), "Sail listens");
            std::thread::sleep(Duration::from_millis(100));
        }
        Some(sail)
    }

    pub fn address(&self) -> String {
        format!("sc://127.0.0.1:{}", self.port)
    }

    /// Ends the server as a crash would.
    pub fn kill(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// The program, by `SAIL`, else installed here.
fn program() -> Option<&'static Path> {
    static PROGRAM: OnceLock<Option<PathBuf>> = OnceLock::new();
    let found = PROGRAM.get_or_init(|| {
        let found = std::env::var_os("SAIL").map(PathBuf::from).or_else(install);
        if found.is_none() {
            assert!(
                std::env::var_os("REQUIRE_SAIL").is_none(),
                "Sail cannot be installed"
            );
            eprintln!("left out: Sail cannot be installed (python3 -m venv, pip install pysail)");
        }
        found
    });
    found.as_deref()
}

fn install() -> Option<PathBuf> {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("sail-{VERSION}"));
    let program = place.join("bin/sail");
    let runs = |command: &mut Command| {
        let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
        quiet.status().is_ok_and(|status| status.success())
    };
    if runs(Command::new(&program).arg("--help")) {
        return Some(program);
    }
    let made = runs(Command::new("python3").args(["-m", "venv"]).arg(&place));
    let package = format!("pysail=={VERSION}");
    let installed =
        made && runs(Command::new(place.join("bin/pip")).args(["install", "--quiet", &package]));
    installed.then_some(program)
}

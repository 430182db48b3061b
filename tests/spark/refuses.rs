//! A server that refuses whatever it is asked: what it says has to reach the user, and the token must not.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use super::{llmcost, told};

/// A frame of HTTP/2.
fn frame(kind: u8, flags: u8, stream: u32, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).expect("short").to_be_bytes();
    let mut bytes = length[1..].to_vec();
    bytes.extend([kind, flags]);
    bytes.extend(stream.to_be_bytes());
    bytes.extend(body);
    bytes
}

/// A header as HPACK writes it without its tables.
fn header(name: &str, value: &str) -> Vec<u8> {
    let text = |text: &str| [&[u8::try_from(text.len()).expect("short")], text.as_bytes()].concat();
    [vec![0], text(name), text(value)].concat()
}

/// Answers every call of a connection with the status 16, unauthenticated.
fn refuse(mut client: TcpStream) -> std::io::Result<()> {
    client.read_exact(&mut [0; 24])?;
    client.write_all(&frame(4, 0, 0, &[]))?;
    loop {
        let mut head = [0; 9];
        client.read_exact(&mut head)?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
        let mut body = vec![0; length as usize];
        client.read_exact(&mut body)?;
        match (head[3], head[4] & 1) {
            (4, 0) => client.write_all(&frame(4, 1, 0, &[]))?,
            (6, 0) => client.write_all(&frame(6, 1, 0, &body))?,
            // The end of the request.
            (0, 1) => {
                let headers = [
                    vec![0x88],
                    header("content-type", "application/grpc"),
                    header("grpc-status", "16"),
                    header("grpc-message", "the token is not known"),
                ];
                client.write_all(&frame(1, 5, stream, &headers.concat()))?;
            }
            _ => {}
        }
    }
}

#[test]
fn a_wrong_token_is_told_and_not_shown() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = format!(
        "sc://127.0.0.1:{}",
        listener.local_addr().expect("an address").port()
    );
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            thread::spawn(move || refuse(client));
        }
    });
    let output = llmcost(&[
        "attribute",
        "--remote",
        &address,
        "--table",
        "logs",
        "--token-env",
        "OWN_TOKEN",
    ])
    .env("OWN_TOKEN", "very/secret token")
    .output()
    .expect("llmcost runs");
    let told = told(&output);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("refused the token"), "{told}");
    assert!(told.contains("the token is not known"), "{told}");
    assert!(!told.contains("secret"), "{told}");
    assert!(output.stdout.is_empty());
}

#[test]
fn a_token_in_the_address_is_refused_before_anything_is_asked() {
    let output = llmcost(&[
        "attribute",
        "--remote",
        "sc://127.0.0.1:1/;token=secret",
        "--table",
        "logs",
    ])
    .output()
    .expect("llmcost runs");
    let told = told(&output);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        told.contains("--token-env") && !told.contains("secret"),
        "{told}"
    );
}

//! Addresses of engines: `sc://host:port`, with the token apart.

use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

/// How long an address may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// An address: where it is, and how it is asked.
#[derive(Clone)]
pub struct Address {
    /// As the user wrote it.
    pub told: String,
    host: String,
    port: u16,
    token: Option<String>,
}

impl Address {
    /// Reads `sc://host:port/;use_ssl=true`; the token comes apart.
    ///
    /// # Errors
    /// What is no address, or has a token in it.
    pub fn new(told: &str, token: Option<String>) -> Result<Self, String> {
        let hint = "hint: sc://127.0.0.1:50051, or sc://host:443/;use_ssl=true";
        if told.contains("token=") {
            return Err(
                "--remote: a token does not belong into an argument, where others can read it\n\
                 hint: put it into the environment variable SPARK_CONNECT_AUTHENTICATE_TOKEN, or name another with --token-env"
                    .into(),
            );
        }
        let no = |why: &str| format!("--remote: `{told}` {why}\n{hint}");
        let rest = told.strip_prefix("sc://");
        let rest = rest.ok_or_else(|| no("does not begin with sc://"))?;
        let authority = rest.split(['/', ';', '?', '#']).next().unwrap_or_default();
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !host.ends_with(':') && !port.ends_with(']') => (
                host,
                port.parse()
                    .map_err(|_| no("has no port that is a number"))?,
            ),
            _ => (authority, 15_002),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        if host.is_empty() {
            return Err(no("names no host"));
        }
        Ok(Self {
            told: told.to_owned(),
            host: host.to_owned(),
            port,
            token: token.filter(|token| !token.is_empty()),
        })
    }

    /// Whether something listens there.
    pub fn answers(&self) -> Result<(), String> {
        let found = (self.host.as_str(), self.port).to_socket_addrs();
        let found = found.map_err(|error| format!("{}: {error}", self.told))?;
        let mut last = format!("{}: the host has no address", self.told);
        for at in found {
            match TcpStream::connect_timeout(&at, PATIENCE) {
                Ok(_) => return Ok(()),
                Err(error) => last = format!("nothing answers at {}: {error}", self.told),
            }
        }
        Err(last)
    }

    /// The address with the name of a session and the token, for the client alone.
    pub(super) fn whole(&self, session: &str) -> String {
        let told = self.told.trim_end_matches([';', '/']);
        let between = if told.contains(';') { ";" } else { "/;" };
        let named = format!("{told}{between}session_id={session}");
        let Some(token) = &self.token else {
            return named;
        };
        let escaped: String = token
            .bytes()
            .map(|byte| match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                    char::from(byte).to_string()
                }
                byte => format!("%{byte:02X}"),
            })
            .collect();
        format!("{named};token={escaped}")
    }

    /// A text without the token.
    pub(super) fn without_token(&self, text: &str) -> String {
        match &self.token {
            Some(token) => text.replace(token.as_str(), "***"),
            None => text.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(told: &str) -> String {
        Address::new(told, None).err().unwrap_or_default()
    }

    #[test]
    fn an_address_is_read_and_a_token_in_it_is_refused() {
        let address = Address::new("sc://Host:50051/;use_ssl=true", None).unwrap();
        assert_eq!((address.host.as_str(), address.port), ("Host", 50_051));
        assert_eq!(Address::new("sc://[::1]", None).unwrap().port, 15_002);
        assert!(refused("http://x").contains("does not begin with sc://"));
        assert!(refused("sc://x:y").contains("no port that is a number"));
        let told = refused("sc://x:1/;token=secret");
        assert!(
            told.contains("--token-env") && !told.contains("secret"),
            "{told}"
        );
    }

    #[test]
    fn a_token_is_sent_and_never_shown() {
        let address = Address::new("sc://h:1/;use_ssl=true", Some("s3/c".into())).unwrap();
        assert_eq!(
            address.whole("x"),
            "sc://h:1/;use_ssl=true;session_id=x;token=s3%2Fc"
        );
        let bare = Address::new("sc://h:1", None).unwrap();
        assert_eq!(bare.whole("x"), "sc://h:1/;session_id=x");
        assert_eq!(address.without_token("bad s3/c"), "bad ***");
    }
}

//! Numbers of a row as its source counts them.

/// Numbers of a row as the source counts them, before they are made disjoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Input as the source counts it.
    pub input: u64,
    /// Read from the cache.
    pub cache_read: u64,
    /// Written to the cache for five minutes.
    pub write_5m: u64,
    /// Written for an hour.
    pub write_1h: u64,
    /// Written for a time that is not told.
    pub write_unknown: u64,
    /// Output as the source counts it.
    pub output: u64,
    /// Reasoning.
    pub reasoning: u64,
    /// Audio within the input.
    pub audio_input: u64,
    /// Audio within the output.
    pub audio_output: u64,
    /// Images within the input.
    pub image_input: u64,
    /// Images within the output.
    pub image_output: u64,
}

impl Counts {
    /// Splits writes to the cache: the parts with a known time, and the rest of the whole.
    pub fn write(&mut self, whole: Option<u64>, five_minutes: Option<u64>, hour: Option<u64>) {
        (self.write_5m, self.write_1h) = (five_minutes.unwrap_or(0), hour.unwrap_or(0));
        let split = self.write_5m.saturating_add(self.write_1h);
        self.write_unknown = whole.unwrap_or(0).saturating_sub(split);
    }

    /// The provider has one kind of cache write: what is written for an unknown time is of that kind.
    pub fn one_kind_of_write(&mut self) {
        self.write_5m = self
            .write_5m
            .saturating_add(std::mem::take(&mut self.write_unknown));
    }
}

//! Numbers and texts that look like chance and are the same every time.

/// A splitmix64 generator.
pub struct Random(u64);

impl Random {
    /// From a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed(self.0)
    }

    /// A number below `end`, which is not zero.
    pub const fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// A number from `from` until before `to`.
    pub fn between(&mut self, from: i64, to: i64) -> i64 {
        from + i64::try_from(self.below(u64::try_from(to - from).unwrap_or(1).max(1))).unwrap_or(0)
    }

    /// One of them.
    pub fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let at = usize::try_from(self.below(of.len() as u64)).unwrap_or(0);
        &of[at]
    }

    /// Whether something happens that does so `percent` times in a hundred.
    pub const fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// A number that shows nothing of the one it comes from.
pub const fn mixed(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A vocabulary of three thousand made-up words, few of them frequent.
pub struct Vocabulary(Vec<String>);

impl Vocabulary {
    /// The vocabulary.
    pub fn new() -> Self {
        const CONSONANTS: &[u8] = b"bdfgklmnprstvz";
        const VOWELS: &[u8] = b"aeiou";
        let mut random = Random::new(17);
        let word = |_| {
            let letters = 4 + random.below(5);
            let letter = |at: u64| char::from(*random.one(if at.is_multiple_of(2) { CONSONANTS } else { VOWELS }));
            (0..letters).map(letter).collect()
        };
        Self((0..3_000).map(word).collect())
    }

    /// So many words, blanks between.
    pub fn text(&self, random: &mut Random, words: usize) -> String {
        let mut text = String::with_capacity(words * 7);
        for _ in 0..words {
            if !text.is_empty() {
                text.push(' ');
            }
            // The smaller of two: the first words are the frequent ones.
            let at = random.below(3_000).min(random.below(3_000));
            text.push_str(&self.0[usize::try_from(at).unwrap_or(0)]);
        }
        text
    }
}

//! Random streams that are found by name: what a stream gives depends on (seed, purpose, epoch, index) and on nothing
//! else, so work may be done in any order, by any number of threads, and taken up again after an interruption.
//!
//! The generator is SplitMix64: a counter with a golden step and a mixing function that makes each of its values look
//! random. It costs a nanosecond a number and nothing to start, and an epoch starts a stream for every image.
//! (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014, figure 17; the constants of its
//! mixer are Stafford's "Mix13".)

/// What a stream is for: streams with different purposes have nothing to do with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The smooth noise that elastic deformation is cut from: a stream a sheet (index 0 and 1) and epoch.
    ElasticNoise = 1,
    /// How an image is deformed: a stream an image and epoch.
    Deformation = 2,
    /// Which activations are dropped.
    Dropout = 3,
}

/// A stream of random numbers.
#[derive(Clone, Debug)]
pub struct Stream {
    state: u64,
}

/// 2^64 divided by the golden ratio, and odd.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// The hash of some words and of one more: a new one for any change of either.
pub fn hashed(hash: u64, word: u64) -> u64 {
    (hash ^ word).wrapping_mul(GOLDEN).rotate_left(29)
}

/// A bijection of the 64-bit numbers in which every bit of the input moves every bit of the output.
fn mix(z: u64) -> u64 {
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Stream {
    /// The stream of this seed, purpose, epoch and index. Streams that differ in one of them never begin alike, since
    /// each step below is a bijection.
    pub fn new(seed: u64, purpose: Purpose, epoch: u64, index: u64) -> Self {
        let state =
            [purpose as u64, epoch, index].iter().fold(seed, |state, part| mix((state ^ part).wrapping_add(GOLDEN)));
        Self { state }
    }

    /// 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GOLDEN);
        mix(self.state)
    }

    /// Passes over so many numbers of 64 bits, in no time.
    pub fn skip(&mut self, numbers: u64) {
        self.state = self.state.wrapping_add(GOLDEN.wrapping_mul(numbers));
    }

    /// A number from 0 (inclusive) to 1 (exclusive), a multiple of 2^-24.
    pub fn uniform(&mut self) -> f32 {
        (self.next_u64() >> 40) as f32 / (1 << 24) as f32
    }

    /// A number from -1 (inclusive) to 1 (exclusive), a multiple of 2^-23.
    pub fn symmetric(&mut self) -> f32 {
        2.0 * self.uniform() - 1.0
    }

    /// A whole number from 0 to `end - 1`; 0 if `end` is 0. The numbers are equally likely to within one part in
    /// 2^32 / `end` (Lemire's multiplication without its rejection).
    pub fn below(&mut self, end: u32) -> u32 {
        (((self.next_u64() >> 32) * u64::from(end)) >> 32) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_is_splitmix64() {
        // The first numbers from state 1234567, as published with many implementations.
        let mut stream = Stream { state: 1_234_567 };
        let numbers: Vec<u64> = (0..3).map(|_| stream.next_u64()).collect();
        let expected = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!(numbers, expected);
    }

    #[test]
    fn each_part_of_its_name_makes_another_stream() {
        let first = |seed, purpose, epoch, index| Stream::new(seed, purpose, epoch, index).next_u64();
        let one = first(1, Purpose::Dropout, 2, 3);
        assert_eq!(one, first(1, Purpose::Dropout, 2, 3));
        assert_ne!(one, first(2, Purpose::Dropout, 2, 3));
        assert_ne!(one, first(1, Purpose::Deformation, 2, 3));
        assert_ne!(one, first(1, Purpose::Dropout, 3, 3));
        assert_ne!(one, first(1, Purpose::Dropout, 3, 2));
        assert_ne!(one, first(1, Purpose::Dropout, 2, 4));
    }

    #[test]
    fn numbers_are_uniform_within_and_across_streams() {
        // The first number of each of many neighbouring streams, and many numbers of one stream.
        let across: Vec<f32> =
            (0..40_000).map(|index| Stream::new(0, Purpose::Deformation, 0, index).uniform()).collect();
        let mut stream = Stream::new(0, Purpose::Deformation, 0, 0);
        let within: Vec<f32> = (0..40_000).map(|_| stream.uniform()).collect();
        for numbers in [across, within] {
            let mut counts = [0; 16];
            for number in numbers {
                assert!((0.0..1.0).contains(&number));
                counts[(number * 16.0) as usize] += 1;
            }
            // 2500 expected in each, standard deviation 48.
            assert!(counts.iter().all(|count| (2300..2700).contains(count)), "{counts:?}");
        }
    }

    #[test]
    fn below_reaches_every_number_and_no_other() {
        let mut stream = Stream::new(0, Purpose::Dropout, 0, 0);
        let mut counts = [0; 5];
        for _ in 0..5000 {
            counts[stream.below(5) as usize] += 1;
        }
        assert!(counts.iter().all(|count| (850..1150).contains(count)), "{counts:?}");
        assert_eq!(stream.below(1), 0);
        assert_eq!(stream.below(0), 0);
    }
}

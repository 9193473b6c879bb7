//! How many threads are fastest: a run measures its own steps.
//!
//! More are not always faster: a neighbour may have taken a core, a laptop may have grown hot, a network may
//! be too small to be shared. Any number of threads gives the same bits, so it may change between any two
//! steps. Every few seconds a run compares the number that it has with half of it and twice it, and goes on in
//! the direction that was faster.

/// A trial lasts so many seconds at least: several of the turns that a system gives to programs that share a core.
const TRIAL: f64 = 0.04;
/// And so many steps.
const STEPS: usize = 3;
/// Seconds from the end of one comparison to the next.
const PAUSE: f64 = 5.0;
/// Seconds before the first one: caches, memory and clocks are cold at first, and would speak against the first trial.
const WARM_UP: f64 = 0.25;
/// Another number of threads must be faster by this factor.
const GAIN: f64 = 1.04;

/// What a run is finding out.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Phase {
    /// Nothing.
    Settled,
    /// The speed of the number that it has.
    Own,
    /// Whether half of it is faster.
    Fewer,
    /// Whether twice it is; where half of it was faster, nobody asks.
    More,
}

/// The pace of a run.
#[derive(Debug)]
pub(super) struct Pace {
    most: usize,
    /// The number that the comparison began with.
    own: usize,
    /// The fastest number of threads so far.
    best: usize,
    /// Its images a second.
    speed: f64,
    phase: Phase,
    /// The number of threads on trial.
    threads: usize,
    /// Steps of this phase; the first of a trial warms the caches and is not counted.
    steps: usize,
    images: usize,
    seconds: f64,
}

impl Pace {
    /// A run on at most so many threads, which begins with all of them.
    pub fn new(most: usize) -> Self {
        let (phase, seconds) = (Phase::Settled, PAUSE - WARM_UP);
        Pace { most, own: most, best: most, speed: 0.0, phase, threads: most, steps: 0, images: 0, seconds }
    }

    /// The number of threads for the next step.
    pub fn threads(&self) -> usize {
        self.threads
    }

    /// The number that the run has settled on, or settled on last.
    pub fn settled(&self) -> usize {
        self.best
    }

    /// Takes note of a step of so many images.
    pub fn note(&mut self, images: usize, seconds: f64) {
        self.steps += 1;
        if self.phase == Phase::Settled {
            self.seconds += seconds;
            if self.seconds > PAUSE && self.most > 1 {
                self.own = self.best;
                self.begin(Phase::Own, self.best);
            }
            return;
        }
        if self.steps == 1 {
            return;
        }
        self.images += images;
        self.seconds += seconds;
        if self.steps > STEPS && self.seconds > TRIAL {
            self.decide(self.images as f64 / self.seconds);
        }
    }

    /// A trial is over: what comes next.
    fn decide(&mut self, speed: f64) {
        let faster = speed > GAIN * self.speed;
        if self.phase == Phase::Own || faster {
            (self.best, self.speed) = (self.threads, speed);
        }
        let best = self.best;
        let fewer = (best > 1).then(|| (Phase::Fewer, best.div_ceil(2)));
        let more = (best < self.most).then(|| (Phase::More, self.most.min(2 * best)));
        let next = match self.phase {
            Phase::Own => fewer.or(more),
            Phase::Fewer if faster => fewer,
            // Half of the number that it had was slower.
            Phase::Fewer if best == self.own => more,
            Phase::More if faster => more,
            _ => None,
        };
        let (phase, threads) = next.unwrap_or((Phase::Settled, best));
        self.begin(phase, threads);
    }

    fn begin(&mut self, phase: Phase, threads: usize) {
        (self.phase, self.threads) = (phase, threads);
        (self.steps, self.images, self.seconds) = (0, 0, 0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::Pace;

    /// Runs for some seconds with so many images a second by the number of threads; says where it has settled.
    fn settle(pace: &mut Pace, seconds: f64, speed: impl Fn(usize) -> f64) -> usize {
        let mut left = seconds;
        while left > 0.0 {
            let step = 128.0 / speed(pace.threads());
            pace.note(128, step);
            left -= step;
        }
        pace.settled()
    }

    #[test]
    fn a_run_settles_on_the_fastest_number_of_threads_and_follows_when_that_changes() {
        let all = |threads: usize| 1e5 * threads as f64;
        let first =
            |free: usize| move |threads: usize| all(free.min(threads)) * (free as f64 / threads as f64).min(1.0);
        for most in [1, 2, 3, 6, 8, 64] {
            let mut pace = Pace::new(most);
            assert_eq!(settle(&mut pace, 1.0, all), most, "all are free");
            assert_eq!(settle(&mut pace, 20.0, first(1)), 1, "one of {most} is free");
            assert_eq!(settle(&mut pace, 60.0, all), most, "all are free again");
        }
        let mut pace = Pace::new(64);
        assert_eq!(settle(&mut pace, 1.0, first(4)), 4, "four of 64 are free");
    }

    #[test]
    fn little_time_goes_into_trials() {
        let mut pace = Pace::new(2);
        let (mut slow, mut all) = (0.0, 0.0);
        while all < 60.0 {
            let step = if pace.threads() == 1 { 2e-3 } else { 1e-3 };
            all += step;
            if pace.threads() == 1 {
                slow += step;
            }
            pace.note(128, step);
        }
        assert!(slow < 0.01 * all, "{slow} of {all} seconds");
    }
}

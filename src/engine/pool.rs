//! A team of threads that waits for work without being spawned for it.
//!
//! Work is a slice: its parts are dealt to the threads, each part to exactly one. Every thread begins with its own
//! stretch of parts, the same in each call, so that what it wrote last time is still in its cache, and in no other's;
//! whoever is done takes from the others. Which thread does a part never changes what comes out. And nobody waits for a
//! thread that the system has kept from beginning: the others do its parts.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, AtomicUsize, Ordering::*};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle, Thread};
use std::{hint, slice};

/// Turns of a waiting loop before a thread goes to sleep: some 50 microseconds, longer than the gaps within a step of
/// training and far shorter than a pause.
const SPINS: u32 = 4000;

/// See [`Shared::gate`].
const TURN: u64 = 1 << 32;
/// See [`Shared::gate`].
const OPEN: u64 = 1 << 31;
/// See [`Shared::gate`].
const BUSY: u64 = OPEN - 1;

/// What all threads of a pool run; the argument is the thread's number.
type Job<'a> = dyn Fn(usize) + Sync + 'a;

/// What the threads share.
struct Shared {
    /// The job under way: a `&&Job`, whose lifetime `Pool::run` guards.
    job: AtomicPtr<()>,
    /// The job's number (from [`TURN`] on), whether workers may still join it ([`OPEN`]), and how many are at it
    /// ([`BUSY`]). One number holds all three, so that nobody joins a job that has just ended.
    gate: AtomicU64,
    /// The thread that waits for them.
    caller: Mutex<Option<Thread>>,
    /// What a worker panicked with.
    panic: Mutex<Option<Box<dyn Any + Send>>>,
    /// No more jobs will come.
    closed: AtomicBool,
    /// Threads that work, the caller included: the first ones of all. It changes only between jobs.
    active: AtomicUsize,
    /// Turns of a waiting loop before a thread sleeps: none where the threads outnumber the processors, since whoever
    /// spins keeps from running whom it waits for.
    spins: u32,
}

impl Shared {
    /// Waits until `ready`, first awake, then asleep; whoever makes it ready unparks this thread.
    fn wait(&self, ready: impl Fn() -> bool) {
        for _ in 0..self.spins {
            if ready() {
                return;
            }
            hint::spin_loop();
        }
        while !ready() {
            thread::park();
        }
    }

    /// The life of worker `number`.
    fn work(&self, number: usize) {
        let mut turn = 0;
        // It was counted as busy until it has started.
        self.leave();
        loop {
            self.wait(|| self.gate.load(Acquire) / TURN != turn);
            if self.closed.load(Relaxed) {
                return;
            }
            // Who comes when the job has ended is not waited for: the system may have kept it from running.
            let join = |gate| (gate & OPEN != 0).then_some(gate + 1);
            let joined = self.gate.fetch_update(Acquire, Acquire, join);
            let (Ok(gate) | Err(gate)) = joined;
            turn = gate / TURN;
            if joined.is_ok() && number >= self.active.load(Relaxed) {
                self.leave();
            } else if joined.is_ok() {
                let job = self.job.load(Relaxed).cast_const().cast::<&Job>();
                // SAFETY: `run` stored the address of a reference that it keeps alive while a worker is busy.
                let job: &Job = unsafe { *job };
                if let Err(panic) = catch_unwind(AssertUnwindSafe(|| job(number))) {
                    *lock(&self.panic) = Some(panic);
                }
                self.leave();
            }
        }
    }

    /// One worker is no longer busy; the last one wakes the caller, who then waits.
    fn leave(&self) {
        if self.gate.fetch_sub(1, AcqRel) & (OPEN | BUSY) == 1
            && let Some(caller) = &*lock(&self.caller)
        {
            caller.unpark();
        }
    }

    /// Waits until no worker is busy.
    fn wait_for_workers(&self) {
        self.wait(|| self.gate.load(Acquire) & BUSY == 0);
    }
}

/// Locks what no thread panics with.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A counter alone in its cache line, so that threads that count do not slow each other.
#[repr(align(128))]
struct Counter(AtomicUsize);

/// An order of parts in which each thread's stretch has its share of several runs of them.
pub struct Deal(Vec<usize>);

impl Deal {
    /// Deals runs of so many parts each, one behind the other, evenly to `threads` threads.
    pub fn new(runs: impl IntoIterator<Item = usize>, threads: usize) -> Self {
        let mut stretches = vec![Vec::new(); threads];
        let mut begin = 0;
        for run in runs {
            for (thread, stretch) in stretches.iter_mut().enumerate() {
                stretch.extend((begin + thread * run / threads)..(begin + (thread + 1) * run / threads));
            }
            begin += run;
        }
        Deal(stretches.concat())
    }
}

/// Threads that wait for work. The thread that calls is one of them.
pub struct Pool {
    shared: Arc<Shared>,
    workers: Vec<JoinHandle<()>>,
    /// The next part of each thread's stretch.
    next: Vec<Counter>,
}

impl Pool {
    /// A pool of `threads` threads, the caller included; fewer where the system gives no more.
    ///
    /// # Panics
    /// Where `threads` is 0.
    pub fn new(threads: usize) -> Self {
        assert!(threads > 0, "a pool has at least the calling thread");
        let processors = thread::available_parallelism().map_or(1, usize::from);
        let shared = Arc::new(Shared {
            job: AtomicPtr::default(),
            gate: AtomicU64::new(threads as u64 - 1),
            caller: Mutex::new(Some(thread::current())),
            panic: Mutex::new(None),
            closed: AtomicBool::new(false),
            active: AtomicUsize::new(threads),
            spins: if threads <= processors { SPINS } else { 0 },
        });
        let spawn = |number| {
            let shared = Arc::clone(&shared);
            let worker = thread::Builder::new().name(format!("worker {number}"));
            worker.spawn(move || shared.work(number)).ok()
        };
        let workers: Vec<JoinHandle<()>> = (1..threads).map_while(spawn).collect();
        let given = workers.len() + 1;
        (given..threads).for_each(|_| shared.leave());
        shared.wait_for_workers();
        let next = (0..given).map(|_| Counter(AtomicUsize::new(0))).collect();
        let pool = Pool { shared, workers, next };
        if given == threads {
            return pool;
        }
        // The system gives no more threads: half of them leave room for what they are to work on.
        drop(pool);
        Pool::new(given.div_ceil(2))
    }

    /// Threads at work, the caller included.
    pub fn threads(&self) -> usize {
        self.shared.active.load(Relaxed)
    }

    /// From now on so many threads work, the caller included, and the others sleep.
    ///
    /// # Panics
    /// Where it has fewer, or none are to work.
    pub fn set_threads(&mut self, threads: usize) {
        assert!((1..=self.next.len()).contains(&threads), "{threads} of {} threads", self.next.len());
        self.shared.active.store(threads, Relaxed);
    }

    /// Calls `work(thread, index, part)` once for each part of `parts`, which are `size` elements each (the last one
    /// what is left), on all threads, and returns when all are done. A panic in `work` comes out here.
    ///
    /// # Panics
    /// Where `size` is 0.
    pub fn for_each<T: Send>(&mut self, parts: &mut [T], size: usize, work: impl Fn(usize, usize, &mut [T]) + Sync) {
        let length = parts.len();
        let base = Base(parts.as_mut_ptr());
        self.for_each_index(length.div_ceil(size), |thread, index| {
            let begin = index * size;
            // SAFETY: no other thread has this index; its part lies within `parts`, which is borrowed until
            // `for_each_index` returns.
            let part = unsafe { slice::from_raw_parts_mut(base.at(begin), size.min(length - begin)) };
            work(thread, index, part);
        });
    }

    /// As [`Pool::for_each`], the parts taken in the order of `deal`.
    ///
    /// # Panics
    /// Where that deals another number of parts, or `size` does not divide their length.
    pub fn for_each_dealt<T: Send>(
        &mut self,
        deal: &Deal,
        parts: &mut [T],
        size: usize,
        work: impl Fn(usize, usize, &mut [T]) + Sync,
    ) {
        assert_eq!(Some(parts.len()), deal.0.len().checked_mul(size), "another number of parts");
        let base = Base(parts.as_mut_ptr());
        self.for_each_index(deal.0.len(), |thread, place| {
            let index = deal.0[place];
            // SAFETY: a deal has each index once, and no other thread has this place; as above.
            let part = unsafe { slice::from_raw_parts_mut(base.at(index * size), size) };
            work(thread, index, part);
        });
    }

    /// Calls `work(thread, index)` once for each index below `count`, on all threads, and returns when all are done. A
    /// panic in `work` comes out here.
    pub fn for_each_index(&mut self, count: usize, work: impl Fn(usize, usize) + Sync) {
        let threads = self.threads();
        let stretch = |thread: usize| thread * count / threads..(thread + 1) * count / threads;
        let next = &self.next[..threads];
        for (thread, next) in next.iter().enumerate() {
            next.0.store(stretch(thread).start, Relaxed);
        }
        let job = |thread: usize| {
            for owner in (thread..threads).chain(0..thread) {
                loop {
                    let index = next[owner].0.fetch_add(1, Relaxed);
                    if index >= stretch(owner).end {
                        break;
                    }
                    // The stretches cover each index once and a counter gives each number once, so no other thread
                    // has this index.
                    work(thread, index);
                }
            }
        };
        self.run(&job);
    }

    /// Runs `job(0)` here and `job(number)` on each worker that begins before this one has ended, and returns when all
    /// of them have.
    fn run(&self, job: &Job) {
        let shared = &*self.shared;
        *lock(&shared.caller) = Some(thread::current());
        shared.job.store((&raw const job).cast_mut().cast(), Relaxed);
        self.start(TURN | OPEN, self.threads() - 1);
        let own = catch_unwind(AssertUnwindSafe(|| job(0)));
        // The workers borrow `job`: nothing leaves this function before the last of them is done with it.
        shared.gate.fetch_and(!OPEN, AcqRel);
        shared.wait_for_workers();
        let panic = lock(&shared.panic).take();
        if let Some(panic) = own.err().or(panic) {
            resume_unwind(panic);
        }
    }

    /// Moves the gate on and lets the first workers see it, and all that was stored before.
    fn start(&self, step: u64, workers: usize) {
        self.shared.gate.fetch_add(step, Release);
        self.workers[..workers].iter().for_each(|worker| worker.thread().unpark());
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.closed.store(true, Relaxed);
        self.start(TURN, self.workers.len());
        for worker in self.workers.drain(..) {
            // A worker hands every panic to `run`; joining can't fail.
            let _ = worker.join();
        }
    }
}

/// The start of a slice whose parts go to several threads.
pub(super) struct Base<T>(pub(super) *mut T);

impl<T> Base<T> {
    /// Where element `index` is.
    pub(super) fn at(&self, index: usize) -> *mut T {
        self.0.wrapping_add(index)
    }
}

// SAFETY: each thread makes references to its own elements only, and those may be sent.
unsafe impl<T: Send> Sync for Base<T> {}

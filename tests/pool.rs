//! The threads do each part of the work once, whatever happens in it.

use mnist::engine::pool::{Deal, Pool};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

#[test]
fn each_part_is_done_once_by_one_of_the_threads() {
    for threads in 1..=8 {
        let mut pool = Pool::new(threads);
        assert_eq!(pool.threads(), threads);
        for length in [0, 1, 2, 7, 8, 9, 64, 1000] {
            for size in [1, 3, 8, 2000] {
                let mut parts = vec![0; length];
                pool.for_each(&mut parts, size, |thread, index, part| {
                    assert!(thread < threads);
                    assert_eq!(part.len(), size.min(length - index * size));
                    part.iter_mut().for_each(|element| *element += 1 + index);
                });
                let expected: Vec<usize> = (0..length).map(|at| 1 + at / size).collect();
                assert_eq!(parts, expected, "{threads} threads, {length} elements, {size} a part");
            }
            let counts: Vec<AtomicUsize> = (0..length).map(|_| AtomicUsize::new(0)).collect();
            pool.for_each_index(length, |_, index| {
                counts[index].fetch_add(1, Relaxed);
            });
            assert!(counts.iter().all(|count| count.load(Relaxed) == 1), "{threads} threads, {length}");
        }
    }
}

#[test]
fn each_dealt_part_is_done_once_whoever_has_it() {
    for threads in 1..=5 {
        let mut pool = Pool::new(threads);
        for runs in [&[][..], &[0], &[1], &[7, 0, 1, 12], &[64, 1, 1, 1]] {
            let deal = Deal::new(runs.iter().copied(), threads);
            let mut parts = vec![0; 3 * runs.iter().sum::<usize>()];
            pool.for_each_dealt(&deal, &mut parts, 3, |_, index, part| {
                part.iter_mut().for_each(|element| *element += 1 + index);
            });
            let expected: Vec<usize> = (0..parts.len()).map(|at| 1 + at / 3).collect();
            assert_eq!(parts, expected, "{threads} threads, {runs:?}");
        }
    }
}

#[test]
fn the_number_of_threads_at_work_may_change_at_any_time() {
    let mut pool = Pool::new(4);
    for round in 0..2000 {
        let threads = 1 + round * 7 % 4;
        pool.set_threads(threads);
        assert_eq!(pool.threads(), threads);
        let mut parts = [0; 9];
        pool.for_each(&mut parts, 1, |thread, _, part| {
            assert!(thread < threads);
            part[0] += 1;
        });
        assert_eq!(parts, [1; 9]);
    }
}

#[test]
fn a_panic_comes_out_and_the_pool_works_on() {
    for threads in 1..=8 {
        let mut pool = Pool::new(threads);
        for culprit in 0..20 {
            let mut parts = [0; 20];
            let result = catch_unwind(AssertUnwindSafe(|| {
                pool.for_each(&mut parts, 1, |_, index, part| {
                    if index == culprit {
                        // Not `panic!`: it would print twenty traces.
                        std::panic::resume_unwind(Box::new(index));
                    }
                    part[0] = 1;
                });
            }));
            let panic = result.expect_err("the panic comes out");
            assert_eq!(panic.downcast_ref(), Some(&culprit));
            pool.for_each(&mut parts, 1, |_, _, part| part[0] = 2);
            assert_eq!(parts, [2; 20], "{threads} threads after a panic");
        }
    }
}

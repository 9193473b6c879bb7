//! The network, each step beside its derivative.
//!
//! A batch is a matrix of images, one a row. With B images, I inputs and O outputs, a dense layer and its gradients are
//!
//! ```text
//! forward    Z  (B x O) = X (B x I) · W (I x O) + b      H = f(Z)
//! backward   dX (B x I) = dZ (B x O) · Wᵀ (O x I)        dZ = dH ∘ f'(Z)
//! gradient   dW (I x O) = Xᵀ (I x B) · dZ (B x O)        db = the sum of dZ's rows
//! ```
//!
//! and a step of training runs them in two halves. Images do not know each other: each [`block::Block`] of images goes
//! all the way forward and back on its own, on whichever thread. Weights do not know each other either: each cell of
//! [`parameters::Parameters`] sums its gradient over the whole batch and is updated while that is still in cache.

pub mod activation;
pub mod block;
pub mod dense;
pub mod dropout;
pub mod init;
pub mod loss;
pub mod network;
pub mod optimizer;
pub mod parameters;
pub mod schedule;

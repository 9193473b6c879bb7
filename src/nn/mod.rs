//! The network, each step beside its derivative. Begin with [`mod@reference`]: the whole algorithm in one file. The
//! other files compute the same numbers faster.
//!
//! A batch is a matrix of images, one a row. With B images, I inputs and O outputs, a dense layer and its gradients are
//!
//! ```text
//! forward    Z  (B x O) = X (B x I) · W (I x O) + b      H = f(Z)
//! backward   dX (B x I) = dZ (B x O) · Wᵀ (O x I)        dZ = dH ∘ f'(Z)     dH is the next layer's dX
//! gradient   dW (I x O) = Xᵀ (I x B) · dZ (B x O)        db = the sum of dZ's rows
//! ```
//!
//! and a step of training is a few passes over the layers, each dealt to all threads: forward and back in tiles of
//! images and units (`hidden`), but through the narrow last layers in blocks of images (`block`); then the
//! gradients, each cell of weights ([`parameters`]) over the whole batch, and updated while its gradient is still in
//! cache. `batch` has the passes.

pub mod activation;
pub mod attribution;
pub(crate) mod batch;
pub(crate) mod block;
pub(crate) mod dense;
pub mod dropout;
pub(crate) mod hidden;
pub(crate) mod images;
pub mod init;
pub mod loss;
pub mod network;
pub mod optimizer;
pub(crate) mod order;
pub mod parameters;
pub(crate) mod predict;
pub mod reference;
pub mod schedule;

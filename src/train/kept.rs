//! What a run keeps of itself, so that another one can go on from there.

use super::{State, Trainer};
use crate::nn::network::Network;
use crate::nn::parameters::Plane;

impl Trainer<'_> {
    /// The planes of the parameters that a run needs to go on, each with its network's place in the committee: the
    /// weights, their average, the moments.
    pub fn kept(&self) -> impl Iterator<Item = (usize, Plane)> {
        let planes = self.settings.optimizer.planes();
        let all = (0..self.committee()).flat_map(move |member| (0..planes).map(move |plane| (member, Plane(plane))));
        all.filter(|&(_, plane)| plane != Plane::TRANSPOSED)
    }

    /// Those planes with what they hold.
    pub fn planes(&self) -> impl Iterator<Item = ((usize, Plane), Network)> {
        self.kept().map(|(member, plane)| ((member, plane), self.parameters[member].network(plane)))
    }

    /// The best network so far, where patience keeps one.
    pub fn best(&self) -> Option<&Network> {
        self.best.as_ref()
    }

    /// Takes up a run where another one stood.
    ///
    /// # Panics
    /// Where a plane's shapes are not the network's.
    pub fn restore(
        &mut self,
        state: State,
        planes: impl IntoIterator<Item = ((usize, Plane), Network)>,
        best: Option<Network>,
    ) {
        for ((member, plane), network) in planes {
            self.parameters[member].put(plane, &network);
        }
        self.state = state;
        self.best = best;
    }
}

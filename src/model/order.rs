//! The order of a network's layers, by their names and by what each takes and gives.
//!
//! Numbers are compared where the names are the same up to there: `features.0` stands before `features.3`, but neither
//! of them before or behind `classifier.1`. Layers whose names begin alike belong together. The groups that this makes,
//! and layers of other names, stand where their sizes fit. An order is taken only if it is the only one.

/// A name in pieces, and the sizes of what the layer takes and gives.
struct Layer<'a> {
    place: usize,
    words: Vec<Word<'a>>,
    sizes: [usize; 2],
}

/// A piece of a name. Numbers stand before texts, as many of them as there are in a chain.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Word<'a> {
    Number(u64),
    Text(&'a str),
}

/// Layers, each of which takes what the one before gives.
type Chain<'a> = Vec<&'a Layer<'a>>;

/// Why layers have no order.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unclear {
    /// Their names and sizes leave several, or none.
    Doubt,
    /// Their numbers tell it, but this layer does not take what the one before, the second, gives.
    Misfit(usize, usize),
}

/// The order of layers with these names and sizes, by their places.
pub(super) fn order(layers: &[(&str, [usize; 2])]) -> Result<Vec<usize>, Unclear> {
    let layers = layers.iter().enumerate();
    let mut layers: Vec<Layer> =
        layers.map(|(place, &(name, sizes))| Layer { place, words: words(name), sizes }).collect();
    layers.sort_by(|a, b| a.words.cmp(&b.words));
    let chain = arranged(&layers, 0).or_else(|| {
        // A layer that gives as much as it takes could as well stand elsewhere, or not belong to the network.
        let is_square = |layer: &Layer| layer.sizes[0] == layer.sizes[1];
        if layers.iter().any(is_square) { None } else { linked(layers.iter().map(|layer| vec![layer]).collect()) }
    });
    match chain {
        Some(chain) => Ok(chain.into_iter().map(|layer| layer.place).collect()),
        None => Err(misfit(&layers).unwrap_or(Unclear::Doubt)),
    }
}

/// The words and numbers of a name.
fn words(name: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    for mut rest in name.split(['.', '/']) {
        while let Some(first) = rest.chars().next() {
            let is_number = first.is_ascii_digit();
            let end = rest.find(|c: char| c.is_ascii_digit() != is_number).unwrap_or(rest.len());
            let (word, behind) = rest.split_at(end);
            match word.parse() {
                Ok(number) if is_number => words.push(Word::Number(number)),
                _ => words.extend(Some(word.trim_matches('_')).filter(|word| !word.is_empty()).map(Word::Text)),
            }
            rest = behind;
        }
    }
    words
}

/// The one order of layers, sorted by their names, that agree in the first `agreed` words.
fn arranged<'a>(layers: &'a [Layer], mut agreed: usize) -> Option<Chain<'a>> {
    let [first, .., last] = layers else { return Some(layers.iter().collect()) };
    while first.words.get(agreed) == last.words.get(agreed) {
        // Names like fc1 and fc_1 differ in nothing that tells an order.
        first.words.get(agreed)?;
        agreed += 1;
    }
    let groups = layers.chunk_by(|a, b| a.words.get(agreed) == b.words.get(agreed));
    let mut chains: Vec<Chain> = groups.map(|group| arranged(group, agreed + 1)).collect::<Option<_>>()?;
    // Without a number before the first with one: dense, dense_1, dense_2.
    let is_numbered = |chain: &Chain| !matches!(chain[0].words.get(agreed), Some(Word::Text(_)));
    let numbered = chains.iter().take_while(|chain| is_numbered(chain)).count();
    let ascending = chains[..numbered].concat();
    if numbered > 0 && ascending.windows(2).all(|pair| pair[0].sizes[1] == pair[1].sizes[0]) {
        chains.splice(..numbered, [ascending]);
    }
    linked(chains)
}

/// Chains in the one order in which each takes what the one before gives.
fn linked(mut chains: Vec<Chain>) -> Option<Chain> {
    let input = |chain: &Chain| chain[0].sizes[0];
    let output = |chain: &Chain| chain[chain.len() - 1].sizes[1];
    let of_several = chains.len() > 1 && chains.iter().map(Vec::len).sum::<usize>() > 2;
    let mut all = Chain::new();
    while !chains.is_empty() {
        let fits = |&place: &usize| match all.last() {
            Some(before) => input(&chains[place]) == before.sizes[1],
            // The first takes what no other gives.
            None => {
                let mut others = chains.iter().enumerate().filter(|(other, _)| *other != place);
                others.all(|(_, other)| output(other) != input(&chains[place]))
            }
        };
        let found: Vec<usize> = (0..chains.len()).filter(fits).collect();
        let is_square = |&place: &usize| input(&chains[place]) == output(&chains[place]);
        let square: Vec<usize> = found.iter().copied().filter(is_square).collect();
        let place = match (&found[..], &square[..]) {
            // At the end of a network that is whole without it, it may be none of its layers.
            (_, [_]) if of_several && chains.len() == 1 => return None,
            (&[place], _) | (&[_, _], &[place]) => place,
            _ => return None,
        };
        all.append(&mut chains.remove(place));
    }
    Some(all)
}

/// The first layer that does not follow the one before, where their numbers tell the order and no other can be.
fn misfit(layers: &[Layer]) -> Option<Unclear> {
    let [first, .., last] = layers else { return None };
    let agreed = first.words.iter().zip(&last.words).take_while(|(a, b)| a == b).count();
    let is_numbered = |layer: &Layer| matches!(layer.words.get(agreed), Some(Word::Number(_)));
    let mut given: Vec<usize> = layers.iter().map(|layer| layer.sizes[1]).collect();
    let is_given = |layer: &&Layer| {
        let place = given.iter().position(|size| *size == layer.sizes[0]);
        place.map(|place| given.swap_remove(place)).is_some()
    };
    let starts = layers.len() - layers.iter().filter(is_given).count();
    let wrong = layers.windows(2).find(|pair| pair[0].sizes[1] != pair[1].sizes[0]);
    let wrong = wrong.filter(|_| starts > 1 && layers.iter().all(is_numbered));
    wrong.map(|pair| Unclear::Misfit(pair[1].place, pair[0].place))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The order of layers of 784-64-64-64-10 that are called so, or of the sizes that stand in brackets behind them.
    fn of(names: &str) -> Option<String> {
        let usual = [[784, 64], [64, 64], [64, 64], [64, 10]];
        let layer = |(place, text): (usize, &'static str)| match text.split_once('(') {
            Some((name, sizes)) => {
                let sizes: Vec<usize> =
                    sizes.trim_end_matches(')').split('-').map(|size| size.parse().unwrap()).collect();
                (name, [sizes[0], sizes[1]])
            }
            None => (text, usual[place]),
        };
        let names: &'static str = names.to_owned().leak();
        let mut layers: Vec<_> = names.split(' ').enumerate().map(layer).collect();
        // As files have them.
        layers.sort();
        let order = order(&layers).ok()?;
        Some(order.into_iter().map(|place| layers[place].0).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn layers_stand_in_the_order_that_names_and_sizes_leave() {
        for names in [
            "0 2 4 6",
            "net.2 net.9 net.10 net.11",
            "layers.0.linear layers.1.dense layers.2.linear layers.3.out",
            "features.0 features.3 classifier.1 classifier.4",
            "encoder.0 encoder.2 head.1 head.3",
            "features.0 features.2 classifier.0 classifier.2",
            "backbone.0 backbone.2 backbone.4 fc",
            "stem.1 body.0 body.2 head.3",
            "input hidden hidden2 output",
            "fc_in hidden.0 hidden.1 fc_out",
            "dense dense_1 dense_2 dense_3",
            "enc1.0 enc2.0 enc3.0 dec.3",
            "fc1_v4 fc2_v3 fc3_v2 fc4_v1",
            "block1.fc2 block2.fc1 block3.fc0 block4.fc3",
            // Numbers that are sizes.
            "fc784 fc64_1 fc64_2 fc10",
            "fc_64_1 fc_64_2 fc_64_3 fc_10_4",
            // The sizes alone tell.
            "fc3(784-128) fc2(128-64) fc1(64-10)",
            "fc1(784-128) hidden(128-64) fc2(64-10)",
            "first(784-64) second(64-64) third(64-10)",
            "hidden(784-10) output(10-10)",
            "0(784-10) 2(10-10) 4(10-10)",
        ] {
            let bare: Vec<&str> = names.split(' ').map(|name| name.split('(').next().unwrap()).collect();
            assert_eq!(of(names), Some(bare.join(" ")));
        }
    }

    #[test]
    fn where_several_orders_may_be_none_is_taken() {
        for names in [
            "fc4 fc3 fc2 fc1",
            "up4 up3 up2 out",
            "input middle body output",
            "fc1 fc_1 fc2 fc3",
            // They may belong to something else.
            "net.0(784-64) net.2(64-10) aux.7(10-10)",
            "net.0(784-64) net.2(64-10) aux.7(64-64)",
            "0 2 4 6 ema.0(784-64) ema.2(64-64) ema.4(64-64) ema.6(64-10)",
        ] {
            assert_eq!(of(names), None, "{names}");
        }
        let broken = [("0", [784, 64]), ("10", [32, 10]), ("2", [64, 16])];
        assert_eq!(order(&broken), Err(Unclear::Misfit(1, 2)));
    }

    #[test]
    fn names_of_many_pieces_take_no_stack() {
        let deep = "a1".repeat(100_000);
        let name = |last: &str| format!("{deep}{last}");
        let [a, b] = [name(".0"), name(".1")];
        assert_eq!(order(&[(&b, [64, 10]), (&a, [784, 64])]), Ok(vec![1, 0]));
        let names: Vec<String> = (0..2000).map(|length| "a1".repeat(length)).collect();
        let layers: Vec<_> = names.iter().map(|name| (name.as_str(), [5, 5])).collect();
        assert_eq!(order(&layers), Err(Unclear::Doubt));
    }
}

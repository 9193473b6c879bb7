//! The order of a network's layers, by their names and by what each takes and gives.
//!
//! Numbers are compared where the names are the same up to there: `features.0` stands before `features.3`, but neither
//! of them before or behind `classifier.1`. Layers whose names begin alike belong together. The groups that this makes,
//! and layers of other names, stand where their sizes fit. An order is taken only if it is the only one: `enc1`,
//! `enc2`, `dec1`, `dec2` could as well be `enc1`, `dec1`, `enc2`, `dec2`. But `enc.0` and `enc.2` are of one
//! `Sequential`, which leaves numbers to activations and lets nothing between its layers. And `layers.0` to `layers.2`,
//! `head.0`, `head.1` are two lists one behind the other: lists in turn have the same count, or the first has one more,
//! and sizes that let them take turns. Where that is so, `up.0`, `up.1`, `down.0`, `down.1`, the doubt is real.

use std::collections::{BTreeMap, BTreeSet};

/// A name in pieces, and the sizes of what the layer takes and gives.
struct Layer<'a> {
    place: usize,
    name: &'a str,
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
        layers.map(|(place, &(name, sizes))| Layer { place, name, words: words(name), sizes }).collect();
    layers.sort_by(|a, b| a.words.cmp(&b.words));
    let chain = arranged(&layers, 0, 0).or_else(|| {
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

/// Groups within groups: names have a few, and each takes a part of the stack.
const DEEPEST: usize = 100;

/// The one order of layers, sorted by their names, that agree in the first `agreed` words, `depth` groups within.
fn arranged<'a>(layers: &'a [Layer], mut agreed: usize, depth: usize) -> Option<Chain<'a>> {
    if depth > DEEPEST {
        return None;
    }
    let [first, .., last] = layers else { return Some(layers.iter().collect()) };
    while first.words.get(agreed) == last.words.get(agreed) {
        // Names like fc1 and fc_1 differ in nothing that tells an order.
        first.words.get(agreed)?;
        agreed += 1;
    }
    let groups = layers.chunk_by(|a, b| a.words.get(agreed) == b.words.get(agreed));
    let mut chains: Vec<Chain> = groups.map(|group| arranged(group, agreed + 1, depth + 1)).collect::<Option<_>>()?;
    // Without a number before the first with one: dense, dense_1, dense_2.
    let is_numbered = |chain: &Chain| !matches!(chain[0].words.get(agreed), Some(Word::Text(_)));
    let numbered = chains.iter().take_while(|chain| is_numbered(chain)).count();
    let ascending = chains[..numbered].concat();
    if numbered > 0 && ascending.windows(2).all(|pair| pair[0].sizes[1] == pair[1].sizes[0]) {
        chains.splice(..numbered, [ascending]);
    }
    let groups = chains.clone();
    let chain = linked(chains)?;
    if may_mix(&chain, &groups) { by_numbers(layers, agreed) } else { Some(chain) }
}

/// Whether groups could as well stand mixed: somewhere two parts of the chain, of other groups each, may change places
/// without a change of sizes.
fn may_mix(chain: &Chain, groups: &[Chain]) -> bool {
    if groups.len() == chain.len() || groups.len() < 2 {
        return false;
    }
    let of_group = groups.iter().enumerate().flat_map(|(group, layers)| layers.iter().map(move |a| (a.place, group)));
    let of_group: BTreeMap<usize, usize> = of_group.collect();
    let group = |at: usize| of_group[&chain[at].place];
    let may_part = |at: usize| {
        at == 0 || at == chain.len() || group(at - 1) != group(at) || {
            // All names begin with these pieces.
            let shared = groups.iter().map(|group| alike(groups[0][0].name, group[0].name)).min().unwrap_or_default();
            !is_of_one_module(chain[at - 1].name, chain[at].name, shared)
        }
    };
    // Where the same size comes again, from each layer on.
    let size = |at: usize| if at == chain.len() { chain[at - 1].sizes[1] } else { chain[at].sizes[0] };
    let (mut last, mut again) = (BTreeMap::new(), vec![None; chain.len() + 1]);
    (0..=chain.len()).rev().for_each(|at| again[at] = last.insert(size(at), at));
    (0..chain.len()).any(|start| {
        let Some(middle) = again[start] else { return false };
        let Some(end) = again[middle] else { return false };
        let [first, second] = [start..middle, middle..end].map(|part| part.map(group).collect::<BTreeSet<usize>>());
        first.is_disjoint(&second)
            && may_part(start)
            && may_part(end)
            && first.iter().any(|&a| second.iter().any(|&b| may_take_turns(&groups[a], &groups[b])))
    })
}

/// Whether two lists, the second behind the first, could as well be one layer of each in turn. A single layer may stand
/// anywhere between those of a list.
fn may_take_turns(first: &Chain, second: &Chain) -> bool {
    if first.len() == 1 || second.len() == 1 {
        return true;
    }
    let turns: Chain = (0..first.len()).flat_map(|at| [first.get(at), second.get(at)]).flatten().copied().collect();
    let fits = |pair: &[&Layer]| pair[0].sizes[1] == pair[1].sizes[0];
    (second.len()..=second.len() + 1).contains(&first.len()) && turns.windows(2).all(fits)
}

/// How many pieces, from the first on, two names have in common.
fn alike(one: &str, other: &str) -> usize {
    one.split(['.', '/']).zip(other.split(['.', '/'])).take_while(|(a, b)| a == b).count()
}

/// Whether two layers in a row are called after a module that is not that of all layers, and stand in it side by side:
/// not where they are but counted in a list.
fn is_of_one_module(before: &str, behind: &str, shared: usize) -> bool {
    let common = alike(before, behind);
    let number = |name: &str| name.split(['.', '/']).nth(common).and_then(|piece| piece.parse::<u64>().ok());
    let is_counted =
        number(before).and_then(|number| number.checked_add(1)).is_some_and(|next| number(behind) == Some(next));
    common > shared && !is_counted
}

/// The order of layers, behind the first `agreed` words of their names, where all have other numbers and these tell it.
fn by_numbers<'a>(layers: &'a [Layer], agreed: usize) -> Option<Chain<'a>> {
    let number = |word: &Word| if let Word::Number(number) = word { Some(*number) } else { None };
    let numbers = |layer: &&Layer| layer.words.iter().skip(agreed).filter_map(number).collect::<Vec<u64>>();
    let mut chain: Chain = layers.iter().collect();
    chain.sort_by_cached_key(numbers);
    let follows = |pair: &[&Layer]| numbers(&pair[0]) < numbers(&pair[1]) && pair[0].sizes[1] == pair[1].sizes[0];
    let told = !numbers(&chain[0]).is_empty() && chain.windows(2).all(follows);
    told.then_some(chain)
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
            // Modules are whole, and several layers of one size stand in each.
            "encoder.fc1 encoder.fc2 head.fc1 head.fc2",
            "net.body.0 net.body.2 net.head.0 net.head.1",
            "in1 in2 head.0 head.2",
            // Two lists that cannot be in turn.
            "features.0 features.1(64-64) features.2(64-64) classifier.0(64-64) classifier.1(64-10)",
            "layers.0 layers.1 layers.2 layers.3(64-64) head.0(64-64) head.1(64-10)",
            "mlp.0.linear mlp.1.linear mlp.2.linear head.0.linear(64-64) head.1.linear(64-10)",
            "enc1 enc2 enc3 dec1(64-64) dec2(64-10)",
            // Each has a number of its own.
            "fc1 hidden2 fc3 out4",
            "net.in1 net.out2 net.in3 net.out4",
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
            // Are they two groups, or two kinds of layer in turn?
            "in1 out1 in2 out2",
            "enc1 enc2 dec1 dec2",
            "a1.fc b1.fc a2.fc b2.fc",
            "net.up.1 net.down.1 net.up.2 net.down.2",
            "stem.0 stem.1 mid.0 mid.1(64-64) head(64-10)",
            "in.0 in.1 in.2 skip.0(64-64) skip.1(64-64) out(64-10)",
            "fc1 relu_fc1 fc2 relu_fc2",
            "fc1 hidden fc2 out",
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

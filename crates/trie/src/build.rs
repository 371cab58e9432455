use crate::{
    encode,
    node::{Commitment, Kind, NodeRef, Slot},
    path::{divergence, nibble, set_nibble},
    source::{Old, Source},
};
use althing_primitives::{Account, B256};
use rayon::prelude::*;

/// A subtree of the next version: new nodes owned by their parents, kept ones by reference.
#[derive(Debug)]
pub(crate) enum Built {
    Kept(NodeRef),
    Slot(Box<Slot>),
    Account(Box<AccountLeaf>),
    Extension(Box<Span>),
    Branch(Vec<Edge>),
}

/// A new account leaf.
#[derive(Debug)]
pub(crate) struct AccountLeaf {
    pub(crate) key: B256,
    pub(crate) account: Account,
    pub(crate) storage_root: B256,
    pub(crate) storage: Option<Built>,
}

/// A new extension: `len` nibbles of `path` from the node's depth on, then `child`.
#[derive(Debug)]
pub(crate) struct Span {
    pub(crate) path: B256,
    pub(crate) len: u8,
    pub(crate) child: Subtree,
}

/// A branch's child.
#[derive(Debug)]
pub(crate) struct Edge {
    pub(crate) nibble: u8,
    pub(crate) commitment: Commitment,
    pub(crate) node: Built,
}

/// A subtree with what its parent holds of it.
#[derive(Debug)]
pub(crate) struct Subtree {
    pub(crate) commitment: Commitment,
    pub(crate) node: Built,
}

impl Subtree {
    fn kept((node, commitment): (NodeRef, Commitment)) -> Self {
        Self { commitment, node: Built::Kept(node) }
    }
}

/// One key's new value. Batches are sorted by key, each key once.
pub(crate) trait Update: Sync {
    fn key(&self) -> &B256;

    /// The leaf that replaces `old`, `None` to delete. Called by the builder, once a key. Nodes
    /// below the old leaf (storage) that are not kept go to `replaced`; the leaf itself does not.
    fn leaf<S: Source>(&self, source: &S, old: Option<NodeRef>, replaced: &mut Vec<NodeRef>) -> Option<Built>;
}

/// Keys that make splitting a branch's work between threads worth its cost (about 1 ms of hashing).
const PARALLEL_MIN: usize = 256;

/// A leaf that is in the way of new ones.
#[derive(Clone, Copy)]
struct OldLeaf {
    node: NodeRef,
    key: B256,
}

/// An installed extension, or the rest of one below a split.
#[derive(Clone, Copy)]
struct OldSpan {
    path: B256,
    to: usize,
    child: (NodeRef, Commitment),
}

/// Applies updates to an installed subtree that starts below `depth` nibbles. `None` where nothing is left.
pub(crate) fn update<S: Source, U: Update>(
    source: &S,
    node: NodeRef,
    depth: usize,
    updates: &[U],
    replaced: &mut Vec<NodeRef>,
) -> Option<Subtree> {
    match source.node(node, Old::of) {
        Old::Branch(children) => {
            replaced.push(node);
            let edges_max = children.len() + updates.len();
            let edges = fan_out::<S, U>(depth, edges_max, updates, replaced, |nibble, group, replaced| match children
                .at(nibble)
            {
                Some(child) if group.is_empty() => Some(Subtree::kept(child)),
                Some((child, _)) => update(source, child, depth + 1, group, replaced),
                None => build(source, depth + 1, group, None, replaced),
            });
            join(source, edges, depth, replaced)
        }
        Old::Extension(extension) => {
            replaced.push(node);
            let to = depth + usize::from(extension.len);
            let span = OldSpan { path: extension.path, to, child: (extension.child, extension.commitment) };
            update_span(source, span, depth, updates, replaced)
        }
        Old::Leaf(key) => build(source, depth, updates, Some(OldLeaf { node, key }), replaced),
    }
}

/// Applies updates to nothing. `None` where nothing came of it.
pub(crate) fn create<S: Source, U: Update>(source: &S, updates: &[U], replaced: &mut Vec<NodeRef>) -> Option<Subtree> {
    build(source, 0, updates, None, replaced)
}

/// Builds a subtree out of updates and at most one leaf that was there.
fn build<S: Source, U: Update>(
    source: &S,
    depth: usize,
    updates: &[U],
    old: Option<OldLeaf>,
    replaced: &mut Vec<NodeRef>,
) -> Option<Subtree> {
    let (first, last) = match updates {
        [] => return old.map(|old| leaf(source, Built::Kept(old.node), depth)),
        [only] if old.is_none_or(|old| old.key == *only.key()) => {
            replaced.extend(old.map(|old| old.node));
            return only.leaf(source, old.map(|old| old.node), replaced).map(|built| leaf(source, built, depth));
        }
        [first, .., last] => (first.key(), last.key()),
        [only] => (only.key(), only.key()),
    };
    let fork = divergence(first, last, depth).min(old.map_or(usize::MAX, |old| divergence(first, &old.key, depth)));
    let edges = fan_out::<S, U>(fork, updates.len() + 1, updates, replaced, |at, group, replaced| {
        let old = old.filter(|old| nibble(&old.key, fork) == at);
        build(source, fork + 1, group, old, replaced)
    });
    let joined = join(source, edges, fork, replaced)?;
    Some(lift(source, joined, depth, fork, first, replaced))
}

fn update_span<S: Source, U: Update>(
    source: &S,
    span: OldSpan,
    depth: usize,
    updates: &[U],
    replaced: &mut Vec<NodeRef>,
) -> Option<Subtree> {
    let (Some(first), Some(last)) = (updates.first(), updates.last()) else {
        return Some(lift(source, Subtree::kept(span.child), depth, span.to, &span.path, replaced));
    };
    let fork = divergence(&span.path, first.key(), depth).min(divergence(&span.path, last.key(), depth));
    if fork >= span.to {
        let below = update(source, span.child.0, span.to, updates, replaced)?;
        return Some(lift(source, below, depth, span.to, &span.path, replaced));
    }
    let edges = fan_out::<S, U>(fork, updates.len() + 1, updates, replaced, |at, group, replaced| {
        if at == nibble(&span.path, fork) {
            update_span(source, span, fork + 1, group, replaced)
        } else {
            build(source, fork + 1, group, None, replaced)
        }
    });
    let joined = join(source, edges, fork, replaced)?;
    Some(lift(source, joined, depth, fork, &span.path, replaced))
}

/// Calls `child` for each of sixteen nibbles with the updates that go there; in parallel for large
/// batches. At most `edges_max` of them give an edge.
fn fan_out<S: Source, U: Update>(
    depth: usize,
    edges_max: usize,
    updates: &[U],
    replaced: &mut Vec<NodeRef>,
    child: impl Fn(u8, &[U], &mut Vec<NodeRef>) -> Option<Subtree> + Sync,
) -> Vec<Edge> {
    let edge = |at: u8, sub: Subtree| Edge { nibble: at, commitment: sub.commitment, node: sub.node };
    let mut rest = updates;
    let mut next_group = |at: u8| {
        let len = rest.iter().take_while(|update| nibble(update.key(), depth) == at).count();
        let group;
        (group, rest) = rest.split_at(len);
        group
    };
    if !S::PARALLEL || updates.len() < PARALLEL_MIN {
        let mut edges = Vec::with_capacity(edges_max.min(16));
        edges.extend((0..16).filter_map(|at| Some(edge(at, child(at, next_group(at), replaced)?))));
        return edges;
    }
    let groups: Vec<&[U]> = (0..16).map(next_group).collect();
    let results: Vec<_> = groups
        .into_par_iter()
        .enumerate()
        .map(|(at, group)| {
            let mut replaced = Vec::new();
            (child(at as u8, group, &mut replaced), replaced)
        })
        .collect();
    let mut edges = Vec::with_capacity(16);
    for (at, (sub, more)) in results.into_iter().enumerate() {
        replaced.extend(more);
        edges.extend(sub.map(|sub| edge(at as u8, sub)));
    }
    edges
}

/// A branch at `depth`, or what a branch with fewer than two children becomes.
fn join<S: Source>(source: &S, mut edges: Vec<Edge>, depth: usize, replaced: &mut Vec<NodeRef>) -> Option<Subtree> {
    if edges.len() >= 2 {
        let commitment = Commitment::of(encode::branch_of(&edges).as_slice());
        return Some(Subtree { commitment, node: Built::Branch(edges) });
    }
    let Edge { nibble, commitment, node } = edges.pop()?;
    let mut path = B256::ZERO;
    set_nibble(&mut path, depth, nibble);
    Some(lift(source, Subtree { commitment, node }, depth, depth + 1, &path, replaced))
}

/// Moves a subtree from depth `from` up to depth `to`, the nibbles between taken from `path`.
fn lift<S: Source>(
    source: &S,
    sub: Subtree,
    to: usize,
    from: usize,
    path: &B256,
    replaced: &mut Vec<NodeRef>,
) -> Subtree {
    if to == from {
        return sub;
    }
    match sub.node {
        Built::Slot(_) | Built::Account(_) => leaf(source, sub.node, to),
        Built::Extension(below) => span(to, from, path, *below),
        Built::Branch(_) => span_over(to, from, path, sub),
        Built::Kept(node) => match node.kind() {
            Kind::Plain | Kind::Contract | Kind::Slot => leaf(source, sub.node, to),
            Kind::Branch2 | Kind::Branch4 | Kind::Branch8 | Kind::Branch16 => span_over(to, from, path, sub),
            Kind::Extension => {
                replaced.push(node);
                let Old::Extension(old) = source.node(node, Old::of) else { unreachable!("its kind says so") };
                let child = Subtree::kept((old.child, old.commitment));
                span(to, from, path, Span { path: old.path, len: old.len, child })
            }
        },
    }
}

fn leaf<S: Source>(source: &S, node: Built, depth: usize) -> Subtree {
    Subtree { commitment: encode::leaf_commitment(source, &node, depth), node }
}

fn span_over(to: usize, from: usize, path: &B256, child: Subtree) -> Subtree {
    span(to, from, path, Span { path: *path, len: 0, child })
}

/// Lengthens an extension upwards.
fn span(to: usize, from: usize, path: &B256, mut below: Span) -> Subtree {
    for depth in to..from {
        set_nibble(&mut below.path, depth, nibble(path, depth));
    }
    below.len += (from - to) as u8;
    let end = to + usize::from(below.len);
    let commitment = Commitment::of(encode::extension(&below.path, to, end, &below.child.commitment).as_slice());
    Subtree { commitment, node: Built::Extension(Box::new(below)) }
}

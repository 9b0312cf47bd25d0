//! Reads a text to its end whatever stands in it: what is wrong is reported, blanked, and read around.
//!
//! The text is read until a fault. The block of the top-level key with the fault, from its line to the line of the next
//! top-level key, is repaired on its own by blanking the cheapest region that lets parsing go on; then reading goes on
//! behind it. So a mistake cannot reach over into the next block. What is read again begins a few lines before the
//! mistake (see [`Resume`]), so that a mistake costs little more than those lines. Blanking writes spaces over bytes:
//! all offsets stay those of the original text.

use crate::diagnostic::stages::LIMIT;
use std::ops::Range;

use super::Mode;
use super::alias;
use super::build::{Builder, Checkpoint, Frame, Halt, Weight};
use super::check;
use super::cut::{Cut, blank, cost, trimmed, usual_cuts};
use super::damage::Damage;
use super::events::{Event, Events, Fault, FaultKind};
use super::limits::{MAX_REPAIR_BYTES, MAX_SYNTAX_ERRORS};
use super::lines;
use super::mistake::{self, Mistake, Scene};
use super::repair::{Repaired, fill};
use super::rewind::{Piece, Resume, Step, Stop, column};
use super::tree::{Kind, Reading, Tree};
use crate::diagnostic::{Diagnostic, Sink};
use crate::source::SourceFile;

/// How many lines a repair must let parsing go on before nothing more is asked of it: looking further would let the
/// next mistake decide how this one is repaired.
const LOOK_AHEAD_LINES: usize = 3;

/// Reads `file` whole, with its comments or without.
pub(super) fn read<'s>(file: &'s SourceFile, mode: Mode, keep_comments: bool, sink: &mut Sink) -> Tree<'s> {
    read_from(file, mode, keep_comments, true, sink)
}

/// The same; `within` says whether reading goes on within a block, or each time from its beginning, which comes to the same.
pub(super) fn read_from<'s>(
    file: &'s SourceFile,
    mode: Mode,
    keep_comments: bool,
    within: bool,
    sink: &mut Sink,
) -> Tree<'s> {
    let mut reader = Reader {
        builder: Builder::new(file, mode, keep_comments),
        within,
        file,
        text: String::new(),
        errors: Vec::new(),
        cut: Vec::new(),
        work: 0,
        repairs: Some(Vec::new()),
    };
    reader.read();
    let Reader {
        builder,
        errors,
        cut,
        repairs,
        ..
    } = reader;
    finish(builder, mode, errors, cut, repairs, sink)
}

/// The tree of what was built, with what is wrong in it.
pub(super) fn finish<'s>(
    mut builder: Builder<'s>,
    mode: Mode,
    mut errors: Vec<Diagnostic>,
    cut: Cut,
    repairs: Option<Vec<Repaired>>,
    sink: &mut Sink,
) -> Tree<'s> {
    let file = builder.file;
    let regions = cut.into_iter().filter_map(|range| trimmed(file, range)).collect();
    let leaves = builder
        .nodes
        .iter()
        .filter(|node| !matches!(node.kind, Kind::Seq(_) | Kind::Map(_)))
        .map(|node| node.span);
    let mut tree = Tree {
        file,
        damage: Damage::new(file, regions, leaves),
        nodes: std::mem::take(&mut builder.nodes),
        roots: std::mem::take(&mut builder.roots),
        comments: std::mem::take(&mut builder.comments),
        anchors: std::mem::take(&mut builder.anchors),
        folding: Vec::new(),
        reading: None,
    };
    let cut_values = check::break_cut_values(&mut tree);
    tree.reading = repairs
        .filter(|_| builder.problems.is_empty())
        .map(|repairs| Reading { repairs, cut_values });
    if !errors.is_empty() {
        builder
            .problems
            .retain(|found| !alias::has_lost_anchor(file, found));
    }
    errors.append(&mut builder.problems);
    let (problems, folding) = check::check(&tree, mode);
    errors.extend(problems);
    tree.folding = folding;
    sink.extend(bounded(errors));
    tree
}

/// Whether a fault may be noticed anywhere behind the place that it is reported at.
fn is_noticed_late(kind: FaultKind) -> bool {
    matches!(
        kind,
        FaultKind::Quote | FaultKind::BracketUnclosed | FaultKind::Depth | FaultKind::Other
    )
}

/// Reading in progress.
struct Reader<'s> {
    builder: Builder<'s>,
    /// Whether reading goes on within a block.
    within: bool,
    file: &'s SourceFile,
    /// The text with the mistakes so far blanked; made at the first fault.
    text: String,
    errors: Vec<Diagnostic>,
    cut: Cut,
    work: usize,
    /// What was repaired; absent where something else was done than to read around mistakes.
    repairs: Option<Vec<Repaired>>,
}

/// How a repair of one block ended.
enum Repair {
    /// The block was read; behind it reading goes on.
    Done,
    /// Nothing more of the file is read.
    GivenUp,
}

impl Reader<'_> {
    fn read(&mut self) {
        let file = self.file;
        let start = self.builder.begin(0);
        let mut fault = match pass(file.text(), 0..file.text().len(), &mut self.builder) {
            Ok(()) => return self.builder.close_all(),
            Err(Halt::Stop(at)) => return self.stop(at),
            Err(Halt::Fault(fault)) => fault,
        };
        file.text().clone_into(&mut self.text);
        self.builder.only_keys = lines::has_top_key(&self.text) && !self.text.starts_with('%');
        let mut piece = start;
        loop {
            // Where no line looks like a key at the margin, the text is one block.
            let key = self.builder.last_top_key().filter(|_| self.builder.only_keys);
            if key.is_none() {
                // Quotes and brackets that are in no mapping reach over all that follows.
                self.repairs = None;
            }
            let from = key.unwrap_or(piece);
            let block = from.at..self.block_end(from.at);
            let resume = self.resume(&block, fault.at);
            let said = self.errors.len();
            if let Repair::GivenUp = self.repair(block.clone(), &from, resume) {
                return self.builder.close_all();
            }
            if self.errors.len() == said && fault.at < block.end {
                // Alone the block is sound, yet the file is not: say so all the same.
                self.repairs = None;
                let mistake = mistake::explain(&self.scene(block.clone(), fault));
                self.report(mistake);
            }
            if block.end >= self.text.len() {
                return self.builder.close_all();
            }
            piece = self.builder.begin(block.end);
            let rest = block.end..self.text.len();
            fault = match pass(&self.text, rest, &mut self.builder) {
                Ok(()) if self.errors.is_empty() => {
                    self.repairs = None;
                    let mistake = mistake::explain(&self.scene(block, fault));
                    self.report(mistake);
                    return self.builder.close_all();
                }
                Ok(()) => return self.builder.close_all(),
                Err(Halt::Stop(at)) => return self.stop(at),
                Err(Halt::Fault(fault)) => fault,
            };
        }
    }

    /// The line of the next top-level key behind the one at `start`.
    fn block_end(&self, start: usize) -> usize {
        if self.builder.only_keys {
            lines::next_top_key(&self.text, start)
        } else {
            self.text.len()
        }
    }

    /// The last place in a block to read on from before what is about to change at `limit`.
    fn resume(&self, block: &Range<usize>, limit: usize) -> Option<Resume> {
        let resume = self.builder.resume(&self.text, limit.min(block.end))?;
        (self.within && resume.at > block.start).then_some(resume)
    }

    /// Blanks mistakes in one block until it can be read, from its beginning, where `start` goes back to, or from a place within.
    fn repair(&mut self, block: Range<usize>, start: &Checkpoint, resume: Option<Resume>) -> Repair {
        let mut resume = resume;
        loop {
            match &resume {
                Some(resume) => self.builder.rewind(resume),
                None => {
                    self.builder.roll_back(start);
                    self.builder.begin(block.start);
                }
            }
            let piece = Piece::of(&self.text, &block, resume.as_ref());
            let fault = match feed(&piece, &mut self.builder, usize::MAX) {
                Ok(()) => {
                    self.builder.close_root();
                    return Repair::Done;
                }
                Err(Halt::Stop(at)) => {
                    self.stop(at);
                    return Repair::GivenUp;
                }
                Err(Halt::Fault(fault)) => fault,
            };
            let from = resume.map_or(block.start, |resume| resume.at);
            self.work += fault.at.saturating_sub(from);
            if self.errors.len() >= MAX_SYNTAX_ERRORS {
                let message = format!("more than {MAX_SYNTAX_ERRORS} syntax errors");
                self.give_up(block, start, fault.at, message);
                return Repair::GivenUp;
            }
            if self.work > MAX_REPAIR_BYTES {
                let message = "too many syntax errors to continue".to_owned();
                self.give_up(block, start, fault.at, message);
                return Repair::GivenUp;
            }
            resume = self.mend(&block, fault);
        }
    }

    /// Blanks or completes what was noticed in a block. Returns where to read on from; none where that is the block's beginning.
    fn mend(&mut self, block: &Range<usize>, fault: Fault) -> Option<Resume> {
        let scene = self.scene(block.clone(), fault);
        let mistake = mistake::explain(&scene);
        let bracket = scene.bracket;
        let usual = usual_cuts(&self.text, block, fault.at, bracket);
        let cuts: Vec<Cut> = mistake.cuts.iter().cloned().chain(usual).collect();
        let starts = cuts.iter().flatten().map(|range| range.start);
        let starts = starts.chain(mistake.missing.iter().map(|(at, _)| *at));
        let first = starts.min().unwrap_or(fault.at).min(fault.at);
        let last_end = self.builder.last_end;
        let open = self.builder.open_bracket();
        let resume = self.resume(block, first);
        let begin = resume.as_ref().map_or(block.start, |resume| resume.at);
        self.builder.looked_at = lines::after(&self.text, fault.at, LOOK_AHEAD_LINES);
        let is_complete = self.complete(block, resume.as_ref(), fault, &mistake.missing);
        let cut = match is_complete {
            true => Vec::new(),
            false => self.choose(block, resume.as_ref(), fault, &mistake, cuts),
        };
        for range in &cut {
            blank(&mut self.text, range);
            self.builder.looked_at = self.builder.looked_at.max(range.end);
        }
        let resume = resume.filter(|resume| cut.iter().all(|range| range.start >= resume.line_end));
        let end = match is_noticed_late(fault.kind) {
            true => self.text.len(),
            false => self.builder.looked_at,
        };
        if let Some(repairs) = &mut self.repairs {
            repairs.push(Repaired {
                block: block.clone(),
                fault,
                last_end,
                bracket: open,
                window: begin..end,
                tried: (mistake.cuts.clone(), mistake.missing.clone()),
                cut: cut.clone(),
                filled: if is_complete {
                    mistake.missing.clone()
                } else {
                    Vec::new()
                },
            });
        }
        self.cut.extend(cut);
        self.report(mistake);
        resume
    }

    fn scene(&self, block: Range<usize>, fault: Fault) -> Scene<'_> {
        let (last_end, bracket) = (self.builder.last_end, self.builder.open_bracket());
        Scene::of(&self.text, block, fault, last_end, bracket)
    }

    fn report(&mut self, mistake: Mistake) {
        let diagnostic = mistake.into_diagnostic(self.file);
        self.errors.push(diagnostic);
    }

    /// Says that the rest is not looked at, and counts it as damaged.
    fn give_up(&mut self, block: Range<usize>, start: &Checkpoint, at: usize, message: String) {
        self.repairs = None;
        let line = lines::line_at(&self.text, at);
        self.errors.push(
            LIMIT
                .at(self.file.span(lines::trim(&self.text, line)), message)
                .with_label("everything from here on is ignored")
                .help("fix the errors above first"),
        );
        // What the block holds before this line may still be whole.
        let from = lines::start_of_line(&self.text, at).max(block.start);
        let end = self.text.len();
        blank(&mut self.text, &(from..end));
        self.builder.roll_back(start);
        self.builder.begin(block.start);
        let read = pass(&self.text, block.clone(), &mut self.builder);
        if matches!(read, Err(Halt::Fault(_))) {
            self.builder.roll_back(start);
            self.cut.push(block.start..end);
        } else {
            self.cut.push(from..end);
        }
        self.builder.close_all();
    }

    fn stop(&mut self, at: usize) {
        self.repairs = None;
        self.builder.close_all();
        self.cut.push(at..self.file.text().len());
    }

    /// Writes what is missing over blanks, if the text can then be read on behind the line of the fault.
    fn complete(
        &mut self,
        block: &Range<usize>,
        resume: Option<&Resume>,
        fault: Fault,
        missing: &[(usize, char)],
    ) -> bool {
        let blanks = |(at, _): &(usize, char)| {
            let blank = self.text.get(*at..*at + 1);
            block.contains(at) && blank.is_some_and(|blank| matches!(blank, " " | "\n" | "\r"))
        };
        if missing.is_empty() || !missing.iter().all(blanks) {
            return false;
        }
        let saved = self.text.clone();
        fill(&mut self.text, missing);
        let goal = lines::after(&self.text, fault.at, LOOK_AHEAD_LINES).min(block.end);
        let further =
            self.readable(block, resume, goal) > lines::line_at(&self.text, fault.at).end.min(goal - 1);
        if !further {
            self.text = saved;
        }
        further
    }

    /// The region to blank: of those that let parsing go on for a few lines the one that costs least.
    fn choose(
        &mut self,
        block: &Range<usize>,
        resume: Option<&Resume>,
        fault: Fault,
        mistake: &Mistake,
        cuts: Vec<Cut>,
    ) -> Cut {
        if fault.kind == FaultKind::Depth {
            // Whatever is blanked in there leaves a text that is nearly as deep.
            let value = lines::value_at(&self.text, block.start).start;
            let keyed = self.builder.only_keys && value < block.end;
            return vec![if keyed { value..block.end } else { block.clone() }];
        }
        let goal = lines::after(&self.text, fault.at, LOOK_AHEAD_LINES).min(block.end);
        let line = lines::start_of_line(&self.text, fault.at);
        let behind = lines::line_at(&self.text, mistake.at.start).end;
        let mut best: Option<(usize, usize, Cut)> = None;
        // A cut made for this very mistake goes before a cheaper one that happens to read as something else.
        for (i, cut) in cuts.into_iter().enumerate() {
            let cost = cost(&self.text, &cut);
            if cost == 0 {
                continue;
            }
            let reach = self.reach(block, resume, &cut, goal);
            let made_for_it = i < mistake.cuts.len();
            let further = mistake.sure && reach > fault.at && reach > behind;
            if made_for_it && (reach >= goal || further) {
                return cut;
            }
            // To blank what was read without a fault is the last resort: it mostly gives what follows another meaning.
            let before = cut.iter().all(|range| range.start < line);
            let cost = match (made_for_it, before) {
                (true, _) => 0,
                (false, false) => cost,
                (false, true) => cost + block.len(),
            };
            let better = best
                .as_ref()
                .is_none_or(|(far, least, _)| reach > *far || (reach == *far && cost < *least));
            if better {
                best = Some((reach, cost, cut));
            }
        }
        match best {
            Some((reach, _, cut)) if reach > fault.at => cut,
            _ => self.last_resort(block, fault.at),
        }
    }

    /// The rest of the block from the line of the fault on; the whole block where nothing is left of that.
    fn last_resort(&self, block: &Range<usize>, at: usize) -> Cut {
        let line = lines::start_of_line(&self.text, at).max(block.start);
        let rest = line..block.end;
        let something = cost(&self.text, std::slice::from_ref(&rest)) > 0;
        vec![if something { rest } else { block.clone() }]
    }

    /// How far the block can be read as it is now, but not further than `goal`.
    fn readable(&mut self, block: &Range<usize>, resume: Option<&Resume>, goal: usize) -> usize {
        let mut probe = Builder::new(self.file, Mode::Stream, false);
        probe.only_keys = self.builder.only_keys;
        self.work += goal - resume.map_or(block.start, |resume| resume.at);
        // What is known of the collections around is read by the probe too, which has a tree of its own.
        let piece = Piece {
            known: 0,
            ..Piece::of(&self.text, block, resume)
        };
        let reach = match feed(&piece, &mut probe, goal) {
            Err(Halt::Fault(fault)) => fault.at.min(goal),
            Err(Halt::Stop(_)) | Ok(()) => goal,
        };
        self.builder.looked_at = self.builder.looked_at.max(probe.looked_at);
        reach
    }

    /// How far the block can be read with `cut` blanked, but not further than `goal`.
    fn reach(&mut self, block: &Range<usize>, resume: Option<&Resume>, cut: &Cut, goal: usize) -> usize {
        let saved: Vec<String> = cut
            .iter()
            .map(|range| self.text.get(range.clone()).unwrap_or("").to_owned())
            .collect();
        for range in cut {
            blank(&mut self.text, range);
        }
        let reach = self.readable(block, resume, goal);
        for (range, text) in cut.iter().zip(saved) {
            self.text.replace_range(range.clone(), &text);
        }
        reach
    }
}

/// A part of a text that is read again: from a place in some collections to where they go on as they did.
pub(super) struct Part<'p> {
    /// Where it begins.
    pub(super) from: usize,
    /// The collections around.
    pub(super) path: &'p [Step],
    /// Where it may end.
    pub(super) stops: &'p [Stop],
    /// The repairs elsewhere, which are made already.
    pub(super) kept: &'p [Repaired],
}

/// A part that was read around its mistakes.
pub(super) struct Mended<'s> {
    pub(super) builder: Builder<'s>,
    pub(super) stop: Stop,
    pub(super) errors: Vec<Diagnostic>,
    pub(super) repairs: Vec<Repaired>,
}

/// Reads on in a part of a text in which something was noticed, as [`read`] does. `None` where what is around decides how it is read.
pub(super) fn mend_part<'s>(
    builder: Builder<'s>,
    text: String,
    fault: Fault,
    part: &Part<'_>,
) -> Option<Mended<'s>> {
    let mut reader = Reader {
        within: true,
        file: builder.file,
        text,
        errors: Vec::new(),
        cut: Vec::new(),
        work: 0,
        repairs: Some(Vec::new()),
        builder,
    };
    reader.builder.only_keys = lines::has_top_key(&reader.text) && !reader.text.starts_with('%');
    let key = reader.builder.last_top_key();
    let start = key.map(|key| key.at);
    let start = start.or_else(|| reader.builder.line_of(part.path.first()?));
    let start = start.filter(|_| reader.builder.only_keys)?;
    let block = start..reader.block_end(start);
    let mut resume = reader.resume(&block, fault.at);
    let stop = loop {
        match (&resume, &key) {
            (Some(resume), _) if resume.at >= part.from => reader.builder.rewind(resume),
            (None, Some(key)) => {
                reader.builder.roll_back(key);
                reader.builder.begin(block.start);
            }
            _ => return None,
        }
        let from = resume.as_ref().map_or(block.start, |resume| resume.at);
        let piece = Piece::of(&reader.text, &block, resume.as_ref());
        let fault = match read_to(part, &piece, &mut reader.builder) {
            Ok(Some(stop)) => break stop,
            Ok(None) => break reader.builder.reopen(part, block.end)?,
            Err(Halt::Stop(_)) => return None,
            Err(Halt::Fault(fault)) => fault,
        };
        reader.work += fault.at.saturating_sub(from);
        if reader.errors.len() + part.kept.len() >= MAX_SYNTAX_ERRORS || reader.work > MAX_REPAIR_BYTES {
            return None;
        }
        resume = reader.mend(&block, fault);
    };
    let repairs = reader.repairs.filter(|repairs| !repairs.is_empty())?;
    // What decided a repair has to be as it is where mistakes are repaired one after the other.
    let is_apart = |repair: &Repaired| {
        let overlaps =
            |kept: &Repaired| kept.window.start < repair.window.end && repair.window.start < kept.window.end;
        repair.window.start >= part.from && !part.kept.iter().any(overlaps)
    };
    repairs.iter().all(is_apart).then_some(Mended {
        builder: reader.builder,
        stop,
        errors: reader.errors,
        repairs,
    })
}

/// Feeds the events of a part of the text to the builder.
pub(super) fn pass(text: &str, part: Range<usize>, builder: &mut Builder<'_>) -> Result<(), Halt> {
    feed(&Piece::of(text, &part, None), builder, usize::MAX)
}

/// Feeds events up to `goal`. An unclosed bracket is told only at the end of the text, so where one is open the
/// reading goes on.
fn feed(piece: &Piece<'_>, builder: &mut Builder<'_>, goal: usize) -> Result<(), Halt> {
    for item in Events::new(&piece.text, builder.keep_comments).skip(piece.known) {
        match item {
            Ok(item) => {
                let reached = item.range.start + piece.base >= goal;
                builder.looked_at = builder.looked_at.max(item.range.end + piece.base);
                builder.take(item, piece.base)?;
                if reached && builder.open_bracket().is_none() {
                    return Ok(());
                }
            }
            Err(fault) => return Err(builder.noticed(fault, piece.base)),
        }
    }
    Ok(())
}

impl Builder<'_> {
    /// A fault in a piece that begins at `base`, at its place in the text.
    fn noticed(&mut self, fault: Fault, base: usize) -> Halt {
        let at = fault.at + base;
        self.looked_at = self.looked_at.max(at);
        Halt::Fault(Fault { at, ..fault })
    }

    /// Opens the top-level mapping again at the end of a block, where a part may end there.
    fn reopen(&mut self, part: &Part<'_>, end: usize) -> Option<Stop> {
        let stop = part.stops.iter().find(|stop| stop.depth == 0 && stop.at == end)?;
        let root = part.path.first()?.id;
        self.frames.clear();
        self.frames.push(Frame::again(root, None, Weight::default()));
        self.comments
            .retain(|comment| (comment.span.start as usize) < end);
        Some(*stop)
    }
}

/// Feeds events up to a stop of a part at which the collections around are open that were before the edit, or to the end of the text.
pub(super) fn read_to(
    part: &Part<'_>,
    piece: &Piece<'_>,
    builder: &mut Builder<'_>,
) -> Result<Option<Stop>, Halt> {
    let mut stops = part.stops.iter().peekable();
    for item in Events::new(&piece.text, builder.keep_comments).skip(piece.known) {
        let item = item.map_err(|fault| builder.noticed(fault, piece.base))?;
        let at = item.range.start + piece.base;
        let is_at = |stop: &&Stop| match item.event {
            // What is not written may be noticed at the next part.
            Event::Scalar { .. } if item.range.is_empty() => at > stop.at,
            Event::Scalar { .. } | Event::SeqStart { .. } | Event::MapStart { .. } => at >= stop.at,
            _ => false,
        };
        while let Some(stop) = stops.next_if(is_at) {
            let around = part.path[..=stop.depth].iter().map(|step| step.id);
            let is_part = builder.frames.last().is_some_and(|frame| {
                let start = builder.nodes[frame.id.index()].span.start as usize;
                frame.key.is_none() && column(builder.file.text(), start) == Some(stop.column)
            });
            if is_part
                && builder.open_bracket().is_none()
                && builder.frames.iter().map(|frame| frame.id).eq(around)
            {
                builder
                    .comments
                    .retain(|comment| (comment.span.start as usize) < stop.at);
                return Ok(Some(*stop));
            }
        }
        builder.looked_at = builder.looked_at.max(item.range.end + piece.base);
        builder.take(item, piece.base)?;
    }
    Ok(None)
}

/// The findings in file order, of each rule only the first [`MAX_SYNTAX_ERRORS`].
pub(super) fn bounded(errors: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut sorted = Sink::new();
    sorted.extend(errors);
    let mut kept: Vec<Diagnostic> = Vec::new();
    for error in sorted.finish() {
        let count = kept.iter().filter(|k| k.rule == error.rule).count();
        if count < MAX_SYNTAX_ERRORS {
            kept.push(error);
        } else if !kept.iter().any(|k| k.rule == LIMIT.name) {
            let message = format!("more than {MAX_SYNTAX_ERRORS} errors of one kind");
            kept.push(
                LIMIT
                    .at(error.span, message)
                    .with_label("further errors are not shown")
                    .help("fix the errors above first"),
            );
        }
    }
    kept
}

use revm::{
    Inspector,
    interpreter::{InstructionResult, Interpreter},
};

/// Instructions between two looks at the clock: some ten microseconds of ordinary code.
const INSTRUCTIONS: u32 = 4_096;

/// Stops a call when its time is up.
pub(super) struct Deadline<'a> {
    expired: &'a dyn Fn() -> bool,
    instructions: u32,
    hit: bool,
}

impl<'a> Deadline<'a> {
    pub(super) const fn new(expired: &'a dyn Fn() -> bool) -> Self {
        Self { expired, instructions: 0, hit: false }
    }

    /// Whether the call was stopped.
    pub(super) const fn hit(&self) -> bool {
        self.hit
    }
}

impl<CTX> Inspector<CTX> for Deadline<'_> {
    fn step(&mut self, interpreter: &mut Interpreter, _: &mut CTX) {
        self.instructions += 1;
        if self.instructions >= INSTRUCTIONS {
            self.instructions = 0;
            self.hit = self.hit || (self.expired)();
        }
        if self.hit {
            interpreter.halt(InstructionResult::OutOfGas);
        }
    }
}

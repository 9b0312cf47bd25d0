//! Stage 1: bytes to a span tree and errors.

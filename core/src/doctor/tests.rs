//! Causes by what reports say.

//! Rules on registries and storage.

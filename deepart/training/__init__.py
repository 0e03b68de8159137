"""Training: one loop, checkpoints, augmentation, and a file a model that says what its losses are."""

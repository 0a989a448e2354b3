"""Foreign data becomes text here and nowhere else."""

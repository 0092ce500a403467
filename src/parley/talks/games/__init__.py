"""Games on top of a payoff function, one file each: the file's name is the game's name."""

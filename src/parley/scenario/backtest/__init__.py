"""Trade held against what happened: predicted and actual US imports and exports, by window (decisions/0017)."""

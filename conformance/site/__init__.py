"""A static site over many results files: implementations beside each other, rule by rule, each cell with its proof."""

"""Files people bring. Nothing is imported here: the throw-away process shares this package and has no Django."""

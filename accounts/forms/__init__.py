"""Forms about people: what is typed, checked into what services take."""

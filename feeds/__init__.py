"""Everything that is read in order: timelines, pages made of posts, web feeds."""

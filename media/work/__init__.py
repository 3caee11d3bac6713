"""What runs in a throw-away process with empty pockets. No Django in here: it starts in a tenth of a second."""

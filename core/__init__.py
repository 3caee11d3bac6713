"""What every room stands on: ids, text, limits, pages of lists, small things shown. No models."""

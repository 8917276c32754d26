"""Questions made from the sentences of articles by rule."""

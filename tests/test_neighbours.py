"""An event named by its neighbour."""

import pytest

from rag.neighbours import beside_event


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Where did they meet after the Lorne talks?", ("Where did they meet?", "lorne", True)),
        ("Who led the US side before the Lorne round?", ("Who led the US side?", "lorne", False)),
        ("The round that came after the Lorne one: what was it about?", ("what was the round about?", "lorne", True)),
        ("The round after the Lorne one: what did they say?", ("what did they say?", "lorne", True)),
        ("What did they say after the Lorne talks?", None),  # that is told with the talks
        ("Where did they meet?", None),
        ("which town was the one after lorne in", ("which town was in", "lorne", True)),
        ("Who led them after Lorne?", ("Who led them?", "lorne", True)),
        ("What happened after Lorne signed the pact?", None),
        (
            "The session right before the one Ida Kell co-chaired: where was that?",
            ("where was the session?", "kell", False),
        ),
        ("In which month was the round before Ida Kell's?", ("In which month was the round?", "kell", False)),
        ("Who came to the round after the one led by Kell?", ("Who came to the round?", "kell", True)),
        ("Who led them after the talks held in Lorne?", ("Who led them?", "lorne", True)),
        ("Where was the round that came next after the one in Lorne?", ("Where was the round?", "lorne", True)),
    ],
)
def test_an_event_is_named_by_its_neighbour(text: str, expected: tuple[str, str, bool] | None) -> None:
    assert beside_event(text) == expected

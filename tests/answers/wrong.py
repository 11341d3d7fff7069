"""All the wrong answers, from one module for each notebook and one for what can go wrong anywhere.

Each is written as a beginner writes it, and not as the package's checks do: these two must meet
in the numbers alone.
"""

from answers import (  # noqa: F401  (imported for the answers that they register)
    WRONG,
    wrong_anywhere,
    wrong_clinic,
    wrong_content_cost,
    wrong_experiment,
    wrong_instant,
    wrong_layers,
    wrong_optimization,
    wrong_pixels,
    wrong_start,
    wrong_style_cost,
    wrong_total_cost,
)

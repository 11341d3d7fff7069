# %% [markdown]
# # 07 · Laboratory
#
# *60 minutes in class, about 2 of them computing.*
#
# **After this notebook you can**
#
# - change one thing at a time, and tell what it does from what chance does;
# - compare fairly: the same yardstick, the same time, the same start;
# - design an experiment of your own, and report it.
#
# Up to now we have told you that something matters. From now on you find out yourself.
#
# ## Recap: answer before you open
#
# In notebook 06, which learning rate had the lowest cost in the end? Was its picture the best one?
#
# <details><summary>Show the answer</summary>
#
# It was 100, and in its picture the temple was lost. A number answers the question that it was
# made for, and no other. So we look at pictures *and* numbers.
#
# </details>

# %% [markdown]
# ## Set up
#
# Run this cell first. It sets up a laboratory: one photograph, one style, and one way to paint, the
# **control**. Every experiment below changes something about it.

# %%
from dataclasses import replace

from nst_utils import PRESETS, checks, class_budget, load_image, project_path, show
from nst_utils.experiment import SETTINGS, varied
from nst_utils.laboratory import Laboratory, random_network, read_network
from nst_utils.weights import WeightsNotFoundError

import numpy as np

SIZE, STEPS = class_budget(size=200, iterations=40)
SECONDS = STEPS / 16  # for those who race: 2.5 in class
design_experiment = checks.to_write("design_experiment")  # yours will take its place
write_report = checks.to_write("write_report")

control = replace(
    PRESETS["best"],
    size=SIZE,
    iterations=STEPS,
    coarsest=None,  # paint at one scale
    init="noise",
    noise_ratio=1.0,  # nothing of the photograph
    precision="float32",
)
photograph = load_image("images/content/china.jpg")
style = load_image("images/style/stained-glass.jpg")
lab = Laboratory(photograph, style, control, weights="small")

# %%
first = lab.paint(control)
show.show_images(
    [photograph, style, first.picture],
    ["content", "style", "the control"],
    alt="A temple, a stained glass window, and the temple in pieces of glass with dark outlines.",
    see="the control began as pure noise. What looks like a temple was asked for by the content "
    "cost.",
)

# %% [markdown]
# ## The idea
#
# `control` holds some twenty settings, and each of them changes the picture. To learn what *one*
# of them does, you paint at least two pictures that differ in this one and in nothing else. That
# is a **controlled experiment**. Its parts have names:
#
# | name | what it is |
# |---|---|
# | factor | the setting that you change |
# | arm | one picture with its settings |
# | control | the arm that is left as it was |
# | yardstick | what all arms are measured with, always in the same way |
#
# The pictures are painted by the engine, `nst_utils.engine`. It has the costs that you have
# written, a faster optimiser (L-BFGS), and relative weights: a style cost of 1 is an error as large
# as the style itself. `replace(control, beta=200)` makes new settings with another β, and leaves
# `control` as it is.
#
# ## Experiment 1: two dials at once
#
# Two dials make more than two effects. So we try all combinations: β from top to bottom, the style
# layers from left to right. Neighbours differ in one thing.
#
# **Predict first.** In the top row, β is tiny: 0.2. From left to right, its pictures will …
#
# - **a**: show larger and larger pieces of glass
# - **b**: be practically the same
# - **c**: lose the temple
#
# Write your letter between the quotes, and run the cell.

# %%
my_guess = "?"

# %%
blocks = {
    "conv1_1 alone": (("conv1_1", 1.0),),
    "up to conv3_1": (("conv1_1", 0.2), ("conv2_1", 0.2), ("conv3_1", 0.2)),
    "up to conv5_1": control.style_layers,
}
table = lab.grid(
    ("beta", [0.2, 2, 20, 200]),
    ("style_layers", blocks),
    alt="Twelve pictures. In the top row, with beta 0.2, three photographs of a temple that hardly "
    "differ. Further down there is more and more stained glass. It has fine specks in the left "
    "column and larger pieces in the right one, where with beta 200 the temple is lost.",
    see="where β is tiny, the layers do not matter. Where it is large, they decide how large the "
    "pieces of glass are.",
)
checks.compare(
    my_guess,
    "b",
    "a setting that has no weight has no effect. What one dial does depends on the other.",
)

# %% [markdown]
# Had you tried the layers with β = 0.2 alone, you would have reported that they do nothing.
#
# ## Experiment 2: the start
#
# The same costs, the same number of steps, three starts: noise, the photograph, the style picture.

# %%
starts = {
    "from noise": control,
    "from the photograph": replace(control, init="content"),
    "from the style": replace(control, init="style"),
}
from_starts = lab.run(starts)
show.show_images(
    [result.picture for result in from_starts.values()],
    list(starts),
    alt="Three pictures of the temple in stained glass. From noise its outline is bent; from the "
    "photograph it is exact; from the style picture it stands beside the sun of the window.",
    see="each picture remembers its start. From the style, even the sun of the window is still "
    "there.",
)

# %% [markdown]
# ## Experiment 3: pooling, and chance
#
# The network halves its pictures by average pooling. It could take the largest of four numbers
# instead (max pooling). We paint with both, from the same noise: the same `seed`. And because noise
# is chance, we do it all a second time, with another seed.
#
# **Predict first.** By how much do two pixels at the same place differ, on average?
#
# - **a**: more between the two poolings than between the two seeds
# - **b**: more between the two seeds
# - **c**: about as much

# %%
my_guess = "?"

# %%
(average, largest), (average_again, largest_again) = lab.grid(
    ("seed", [0, 1]),
    ("pooling", {"average pooling": "avg", "max pooling": "max"}),
    alt="Four pictures. On the left, with average pooling, a temple in clear pieces of glass, "
    "another one for each seed. On the right, with max pooling, both are greyish and full of "
    "specks.",
    see="max pooling leaves specks and dull colours here, with both seeds.",
)


def difference(one, other):
    """Show how far two pictures are apart, pixel by pixel."""
    return np.abs(one.picture.astype(int) - other.picture).astype(np.uint8)


pairs = {
    "average and max pooling, same seed": difference(average, largest),
    "average pooling, two seeds": difference(average, average_again),
}
show.show_images(
    list(pairs.values()),
    [f"{name}: {pair.mean():.0f} of 255 levels apart" for name, pair in pairs.items()],
    alt="Two pictures of differences. Both are full of coloured spots everywhere, and about as "
    "bright as each other.",
    see="another seed changes the pixels as much as another pooling.",
)
checks.compare(my_guess, "c", "from other noise, every piece of glass comes to lie elsewhere.")

# %% [markdown]
# So a difference of pixels says nothing about pooling. We need a **yardstick** that does not ask
# where things are: the style cost. `lab.style_cost(picture)` measures every picture in the same
# way, with the layers and the network of the control, however the picture was painted.

# %%
four = {
    "average, seed 0": average,
    "average, seed 1": average_again,
    "max, seed 0": largest,
    "max, seed 1": largest_again,
}
show.show_bars(
    {name: lab.style_cost(result.picture) for name, result in four.items()},
    alt="Four bars, the style cost of each picture. The two of average pooling are short and "
    "alike; the two of max pooling are several times as long, and alike.",
    see="now pooling stands out, and the seed hardly matters.",
)

# %% [markdown]
# The second seed is what makes this an answer. **An effect counts when it is larger than what
# chance does.**
#
# ## Exercise 1: `design_experiment`
#
# Design an experiment of your own. Choose **one** factor. Return a dictionary of arms, a name →
# its settings: the control, which is `base` itself, and two to five others, which differ from
# `base` in your factor alone.
#
# | setting | what it does | values to try |
# |---|---|---|
# | `beta` | weight of the style | 1 to 1000 |
# | `init` | where the picture starts | `"noise"`, `"content"`, `"style"` |
# | `noise_ratio` | share of noise in a noise start | 0 to 1 |
# | `seed` | which noise | any whole number |
# | `style_scale` | how large the strokes are | 0.5 to 2 |
# | `smoothness` | what rough pixels cost | 0 to 50 |
# | `style_layers` | which layers the style comes from | as in experiment 1 |
# | `content_layers` | the same for the content | `(("conv2_2", 1.0),)` |
# | `iterations` | number of steps | 5 to 200 |
#
# `learning_rate` plays no part here: it belongs to another optimiser.
#
# <details><summary>Hint 1: one arm</summary>
#
# Look at the dictionary `starts` in experiment 2. Each line of it is an arm: a name in quotes, a
# colon, settings.
#
# </details>
#
# <details><summary>Hint 2: the control</summary>
#
# Your function is given `base`. It has to work for any control, so take the control from there and
# not from the notebook. Which arm needs no `replace` at all?
#
# </details>
#
# <details><summary>Hint 3: which values</summary>
#
# Small changes are hard to see. Go in large steps, such as by factors of 8: a smaller value, the
# control, a larger one.
#
# </details>


# %%
def design_experiment(base):
    """Design a controlled experiment: returns a dictionary, name of the arm → settings.

    base: the control, a Settings. The other arms differ from it in one setting, always the same.
    """
    ### BEGIN SOLUTION
    arms = {
        "control": base,
        "less style": replace(base, beta=base.beta / 8),
        "more style": replace(base, beta=base.beta * 8),
    }
    ### END SOLUTION
    return arms


# %% [markdown]
# **Check.** It tries your function, says what it finds, and hands on a function that works.

# %%
design_experiment = checks.design_experiment(design_experiment)

# %% [markdown]
# ## Run it
#
# Write down what you expect, before you run this cell: which arm will look best, and which will
# have the lowest style cost?

# %%
what_i_expect = "?"

# %%
arms = design_experiment(lab.base)
results = lab.run(arms)
show.show_images(
    [result.picture for result in results.values()],
    list(results),
    alt=f"The arms of the experiment side by side, as they were named: {', '.join(results)}.",
    see="is it what you expected? Say what you see before you measure it.",
)

# %% [markdown]
# ## Exercise 2: `write_report`
#
# `results` has, for each arm, a result with `.settings`, `.picture`, `.J`, `.J_content`, `.J_style`
# and `.seconds`. Turn it into a report: what was varied, what was held constant, how the arms rank
# by their style cost (the lowest first), and a sentence that says it.
#
# Your function must report *any* experiment, not only this one. It is given `style_cost`, the
# yardstick: `style_cost(picture)` is one number.
#
# `varied` finds the settings that differ. For `{"a": control, "b": replace(control, beta=5)}` it
# gives `{"beta": {"a": 20.0, "b": 5}}`: first the factor, then its value in each arm.
#
# <details><summary>Hint 1: factor and constant</summary>
#
# `varied` wants a dictionary, name → settings. Make one from `results`; `results.items()` gives
# names and results together. A controlled experiment has one factor, so `[factor] = varied(…)`
# takes it out. `SETTINGS` holds the names of all settings.
#
# </details>
#
# <details><summary>Hint 2: costs and ranking</summary>
#
# Every result brings costs of its own. Were they measured with the same weights and layers? If not,
# what is left that all the arms can be measured with? To rank, sort the names: `sorted` has an
# argument `key`, a function that tells by what to sort. `costs.get` is such a function.
#
# </details>
#
# <details><summary>Hint 3: the conclusion</summary>
#
# An f-string puts names into a sentence: `f"I have changed {factor}."` Name the factor, and the
# first arm of your ranking.
#
# </details>


# %%
def write_report(results, style_cost):
    """Report a controlled experiment.

    results: name of the arm → its result. style_cost(picture): the yardstick, one number.
    Returns a dictionary with factor (a name), constant (the names of all other settings), costs
    (name of the arm → style cost), ranking (names of the arms, lowest style cost first) and
    conclusion (a sentence that names the factor and the best arm).
    """
    ### BEGIN SOLUTION
    settings = {name: result.settings for name, result in results.items()}
    [factor] = varied(settings)
    constant = [name for name in SETTINGS if name != factor]
    costs = {name: style_cost(result.picture) for name, result in results.items()}
    ranking = sorted(costs, key=costs.get)
    conclusion = f"I have changed {factor}. The lowest style cost has the arm: {ranking[0]}."
    ### END SOLUTION
    return {
        "factor": factor,
        "constant": constant,
        "costs": costs,
        "ranking": ranking,
        "conclusion": conclusion,
    }


# %% [markdown]
# **Check.** It tries your function, says what it finds, and hands on a function that works.

# %%
write_report = checks.write_report(write_report)

# %% [markdown]
# **Running late?** Put `True` here, and the cells below use the references.

# %%
LATE = False
if LATE:
    design_experiment = checks.reference("design_experiment")
    write_report = checks.reference("write_report")
    results = lab.run(design_experiment(lab.base))

# %% [markdown]
# ## Your report
#
# Its page goes to `output/07-report.png`.

# %%
report = write_report(results, lab.style_cost)
show.show_images(
    [results[name].picture for name in report["ranking"]],
    [f"{name}: style cost {report['costs'][name]:.2g}" for name in report["ranking"]],
    title=report["conclusion"],
    path=project_path("output", "07-report.png"),
    alt=f"The arms in the order of their style cost. {report['conclusion']}",
    see="the lowest style cost stands on the left. Would you hang up that one?",
)

# %% [markdown]
# What you may say now is narrow: *with everything else held constant*, for this photograph and
# this style. A neighbour with the same factor and another photograph can tell you whether it holds
# there.
#
# **Try it.** Rank the arms by their own J: `sorted(results, key=lambda name: results[name].J)`. If
# your factor is a weight, such as β, this is likely to be another order. Why is it worthless?
#
# ## Experiment 4: a race, at equal time
#
# Adam took 200 steps in notebook 06, and the engine takes 40. Is L-BFGS better, or is its step only
# more expensive? Steps are no fair measure here: **time** is. All get the same; loading and
# compiling do not count.
#
# The rival must have a fair chance, too. So Adam runs with three learning rates: 2 as in the
# course, 10 and 20.

# %%
ways = {
    f"Adam, rate {rate:g}": replace(control, optimizer="adam", learning_rate=rate)
    for rate in (2.0, 10.0, 20.0)
}
ways["L-BFGS"] = control
raced = {name: lab.paint_for(SECONDS, settings) for name, settings in ways.items()}


def J_after(result, seconds):
    """Find the J of the last step that had begun by then."""
    return [J for begun, J in result.history if begun <= seconds][-1]


parts = {"¼ of the time": 0.25, "½": 0.5, "¾": 0.75, "all of it": 1.0}
show.show_images(
    [result.picture for result in raced.values()],
    list(raced),
    columns=4,
    alt="Four pictures after the same time. Adam with rate 2 has dull spots and no temple; with "
    "10 and 20 there is glass, and a rough temple; L-BFGS has a temple and the clearest pieces.",
    see="at a learning rate of 2, Adam has hardly begun. At 20 it is not far behind.",
)
show.show_lines(
    {
        name: {part: J_after(result, share * result.seconds) for part, share in parts.items()}
        for name, result in raced.items()
    },
    label="J, the same cost for all of them",
    alt="Four falling lines. Adam with rate 2 stays highest by far. Adam with 10 and with 20 lie "
    "close above L-BFGS, which is lowest from the first quarter on.",
    see="L-BFGS is ahead all the way. How far depends on the rival that you choose.",
)

# %% [markdown]
# Here J may be compared: all four have the same weights, layers and network. Against a badly chosen
# learning rate anybody wins. **Tune the rival as carefully as your favourite**, and tell in the
# report how you have done it.
#
# ## Experiment 5: coarse to fine, at equal time
#
# A picture of twice the size. Once it is painted at this size from the beginning; once it starts
# small, and each result is enlarged and painted on. Both get the same time. So the second one has
# far fewer steps left for the full size.
#
# We measure twice: at the full size, and *from afar*, at half the size. From afar, the network sees
# larger forms.
#
# **Predict first.** Painted coarse to fine, the picture has …
#
# - **a**: better large forms, and poor details
# - **b**: better large forms, and details that are as good
# - **c**: worse details, and no better forms

# %%
my_guess = "?"

# %%
large = Laboratory(photograph, style, replace(control, size=2 * SIZE), weights="small")
rivals = {"one scale": large.base, "coarse to fine": replace(large.base, coarsest=SIZE // 2)}
rivals = {name: large.paint_for(3 * SECONDS, settings) for name, settings in rivals.items()}

show.show_images(
    [result.picture for result in rivals.values()],
    [f"{name}: {result.settings.iterations} steps here" for name, result in rivals.items()],
    alt="Two large pictures of the temple in stained glass. At one scale, all colours are mixed "
    "all over the picture. Coarse to fine, there is a wide reddish sky above a dark shore.",
    see="coarse to fine, there are larger areas of one colour, as in the window.",
)
close = {f"close, {name}": large.style_cost(one.picture) for name, one in rivals.items()}
afar = {f"from afar, {name}": lab.style_cost(one.picture) for name, one in rivals.items()}
show.show_bars(
    {**close, **afar},
    alt="Four bars, style costs. Close, both are short and nearly alike. From afar, the one of one "
    "scale is by far the longest; that of coarse to fine is clearly shorter.",
    see="close, there is little between the two. From afar, coarse to fine is nearer to the style.",
)
checks.compare(
    my_guess,
    "b",
    "a step on a small picture costs little, and settles the large forms. The few steps at full "
    "size have only details to add.",
)

# %% [markdown]
# A yardstick sees what it was made for. With the first two bars alone you would have missed what
# the eye sees at once.

# %% [markdown]
# ## Experiment 6: what the network has learned
#
# Is it the *training* that makes style transfer work, or would any network of this shape do?
#
# - **Random**: a network of the same widths whose kernels are drawn by chance.
# - **Ordinary**: the real VGG-19, trained on photographs.
# - **Robust**: the small network of the course. It was trained on photographs that were
#   disturbed on purpose, and had to get them right all the same.
#
# The real VGG-19 is a file of 535 MB. Where it is not on your computer, a grey card stands in its
# place, and nothing else changes. To fetch it, give `python -m nst_utils weights download` in a
# terminal; then run this cell again.

# %%
networks = {"random": random_network(lab.network, photograph), "robust": lab.network}
try:
    networks["ordinary"] = read_network("vgg19")
    names = ["random", "ordinary", "robust"]
except WeightsNotFoundError:
    names = ["random", "ordinary: file not here", "robust"]

card = np.full_like(first.picture, 200)


def painted(init, name):
    """Paint with a network, or show the card where it is missing."""
    if name not in networks:
        return card
    return lab.paint(replace(control, init=init), networks[name]).picture


show.show_grid(
    [[painted(init, name) for name in names] for init in ("noise", "content")],
    ["from noise", "from the photograph"],
    names,
    alt="Two rows of three pictures. With random weights, from noise: coloured blotches and no "
    "temple; from the photograph: a temple with coloured streaks, no glass. In the middle the "
    "real VGG-19, or a grey card where its file is missing. With robust weights: stained glass "
    "with dark outlines, and a temple in both rows.",
    see="a network that has learned nothing knows colours, and no glass. Its temple, in the lower "
    "row, comes from the start.",
)

# %% [markdown]
# Kernels drawn by chance answer to colours and to rough texture. For pieces of glass with leads
# between them, and for a temple, a network must have seen things.
#
# **Try it.** Is one random network like another? `random_network(lab.network, photograph, seed=1)`
# draws a second one.

# %% [markdown]
# ## Quiz
#
# **1.** A friend reports: "β = 2.5 is better than β = 160. Its J is four times lower." What do you
# answer?
#
# <details><summary>Show the answer</summary>
#
# In J the style cost is multiplied by β. So with a smaller β, even one and the same picture has a
# smaller J. Each arm was measured with a yardstick of its own. Measure both pictures with one.
#
# </details>
#
# **2.** Experiment 3 measures with a network that has average pooling, and average pooling wins. Is
# that fair?
#
# <details><summary>Show the answer</summary>
#
# Not quite: the yardstick plays at home. A second yardstick with max pooling would show how much of
# the lead comes from that. And the eye is a yardstick, too: it sees the specks.
#
# </details>
#
# **3.** The real VGG-19 and the small robust network paint differently. May you say: "That is what
# robust training does"?
#
# <details><summary>Show the answer</summary>
#
# No. They differ in more than one thing: the training, the photographs it used, and the width. The
# random network is the better comparison: it has the same shape, and only the weights differ.
#
# </details>
#
# ## What comes next
#
# Each of these pictures took some forty steps. In notebook 08 one pass through a network is enough:
# a picture in an instant.

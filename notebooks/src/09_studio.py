# %% [markdown]
# # 09 · Studio and critique
#
# *50 minutes in class, about 2 of them computing.*
#
# **After this notebook you can**
#
# - plan a picture of your own: its colours, its styles, and where each of them goes;
# - find out from its symptoms why a program paints black, grey, or nothing at all;
# - say who made what in your picture, and judge it with more than "nice".
#
# This is the last lesson. From now on the pictures are yours.
#
# ## Recap: answer before you open
#
# Notebook 01 had three spoilt pictures: wrong colours, a grey card, a bleached one. Which slip
# belongs to which?
#
# <details><summary>Show the answer</summary>
#
# Wrong colours: red and blue were exchanged. The grey card: numbers from 0 to 1 went into a network
# that wants 0 to 255. Bleached: the mean was never subtracted.
#
# </details>

# %% [markdown]
# ## Set up
#
# Run this cell first. **Your own pictures:** drag a photograph into the list of files on the left,
# and put its name here in place of `images/content/china.jpg`. The same with a style. The lines
# under the pictures go on speaking of the temple.

# %%
from dataclasses import replace

from nst_utils import (
    PRESETS,
    NSTError,
    Painter,
    Style,
    checks,
    class_budget,
    denormalize_image,
    load_image,
    load_vgg_model,
    project_path,
    reshape_and_normalize_image,
    save_image,
    show,
    stylize,
)
from nst_utils.clinic import admit
from nst_utils.images import find_picture
from nst_utils.recipe import Recipe, StyleFile, read_recipe
from nst_utils.run import Job, Run
from nst_utils.words import say

import numpy as np

SIZE, STEPS = class_budget(size=256, iterations=20)
plan_picture = checks.to_write("plan_picture")  # yours will take its place
find_cause = checks.to_write("find_cause")

PHOTOGRAPH = find_picture("images/content/china.jpg")
FIRST = find_picture("images/style/northern-lights.jpg")
SECOND = find_picture("images/style/waves.jpg")

photograph, first, second = (load_image(file) for file in (PHOTOGRAPH, FIRST, SECOND))
base = replace(PRESETS["best"], size=SIZE, iterations=STEPS)
model = load_vgg_model("small", padding="replicate")

# %%
show.show_images(
    [photograph, first, second],
    ["photograph", "first style", "second style"],
    alt="A temple under a pale sky, northern lights in thick brush strokes, and waves like a "
    "woodblock print.",
    see="what would you like to keep of each of the three?",
)

# %% [markdown]
# ## Experiment 1: whose colours?
#
# The setting `colors` has three values.
#
# | value | what it does |
# |---|---|
# | `"style"` | the picture takes the colours of the style |
# | `"match"` | first, the style picture is given the colours of the photograph |
# | `"keep"` | the painted picture gives its brightness alone; the colours are the photograph's |
#
# We paint all three. Then we turn the style picture into shades of grey, and paint them again.
#
# **Predict first.** The style is grey now. What becomes of the picture with `"keep"`?
#
# - **a**: it is grey, too
# - **b**: it keeps its colours, and hardly changes
# - **c**: it becomes the photograph again
#
# Write your letter between the quotes, and run the cell.

# %%
my_guess = "?"

# %%
grey = np.repeat(second.mean(axis=2, keepdims=True), 3, axis=2).astype(np.uint8)
ways = ["style", "match", "keep"]
show.show_grid(
    [
        [stylize(photograph, style, replace(base, colors=way), model=model) for way in ways]
        for style in (second, grey)
    ],
    ["the waves", "the waves in grey"],
    [f'"{way}"' for way in ways],
    alt="Two rows of three temples in waves. Upper row: with the blue of the waves; with the muted "
    "colours of the photograph; with the photograph's colours, each in its place. Lower row: the "
    "first two have hardly any colour, the third has as much as above.",
    see="in the right column, the colour of every place comes from the photograph.",
)
checks.compare(
    my_guess,
    "b",
    "of what is painted, the brightness alone is taken. A style without colours has all of that.",
)

# %% [markdown]
# **To think about.** `"match"` and `"keep"` both use the colours of the photograph. With which of
# them can a red wave rise where the photograph is blue?
#
# ## Experiment 2: several styles
#
# A list of styles shares the picture. `Style(first, 3)` has three times the weight of
# `Style(second, 1)`.

# %%
shares = [(3, 1), (1, 1), (1, 3)]
show.show_images(
    [
        stylize(photograph, [Style(first, one), Style(second, other)], base, model=model)
        for one, other in shares
    ],
    [f"{one} : {other}" for one, other in shares],
    alt="Three temples. On the left mostly the violet and green strokes of the northern lights, on "
    "the right mostly blue waves, in the middle both.",
    see="both styles are everywhere. The weights say how much of each.",
)

# %% [markdown]
# **To think about.** What would 30 : 10 look like? Only the proportions of the weights matter.
#
# ## A mask says where
#
# A **mask** has a number for every pixel: 1 where a style goes, 0 where it does not, and something
# between for a soft border. You can draw it in a program for pictures, or with a line of code:

# %%
across = np.linspace(1, 0, 5)  # five numbers, evenly from 1 to 0
print(np.tile(across, (3, 1)))  # the same numbers in each of three rows

# %%
n_H, n_W, _ = photograph.shape
left = np.tile(np.linspace(1, 0, n_W), (n_H, 1))
styles = [Style(first, mask=left), Style(second, mask=1 - left)]
drawn = np.uint8(255 * np.stack([left, left, left], axis=2))  # to look at: red, green and blue

show.show_images(
    [drawn, stylize(photograph, styles, base, model=model)],
    ["the mask of the first style", "northern lights on the left, waves on the right"],
    alt="A mask that goes from white on the left to black on the right; and the temple, its left "
    "in the colours of the northern lights, its right in blue waves.",
    see="1 − left is the mask of the second style: it gets what the first one leaves.",
)

# %% [markdown]
# ## How large may it be?
#
# The larger a picture, the more memory its activations take. The engine says how much *before* it
# begins. What does not fit, it computes in **tiles**: piece by piece, with the same result. We only
# ask here, and paint nothing.


# %%
def estimated(size, memory):
    """Ask how a picture of this size would be painted, if there were so many GiB of memory."""
    settings = replace(base, size=size, precision="float32")
    return Painter(photograph, first, settings, model, memory=memory)


needs = {f"{size} pixels": estimated(size, 1000).memory for size in (500, 1000, 2000, 4000)}
in_tiles = estimated(4000, memory=8)
needs[f"4000 pixels, in tiles of {in_tiles.tile}"] = in_tiles.memory
show.show_bars(
    needs,
    unit="GiB",
    alt="Five bars of memory. From 500 to 4000 pixels each is about four times the one before. In "
    "tiles, 4000 pixels need less than half of what they need as a whole.",
    see="twice the size is four times the memory. Tiles cost no quality, only patience.",
)

# %% [markdown]
# On the command line, `--size 4000` does it. Take your time for it, at home: it has two hundred
# times the pixels of the pictures here.
#
# ## Exercise 1: `plan_picture`
#
# Plan your picture. The **first** style goes to the top, the **second** to the bottom, and between
# them is a border, soft or hard. Your function returns the arguments of `stylize`:
#
# | argument | what it is |
# |---|---|
# | `content` | the photograph |
# | `style` | a list of two `Style`, each with its mask |
# | `settings` | those of `base`, with something of your own |
#
# The first mask is 1 in the top row and 0 in the bottom row. The second is what the first one
# leaves.
#
# Your function must plan for *any* photograph, whatever its size. For the settings, choose what you
# like; `replace(base, beta=60, colors="keep")` changes two of them.
#
# | setting | what it does | values to try |
# |---|---|---|
# | `colors` | whose colours | `"style"`, `"match"`, `"keep"` |
# | `beta` | weight of the style | 5 to 100 |
# | `style_scale` | how large the strokes are | 0.5 to 2 |
# | `smoothness` | what rough pixels cost | 0 to 2 |
# | `size` | longer side in pixels | 200 to 500 |
#
# <details><summary>Hint 1: the shares of the rows</summary>
#
# For the left side you needed a number for each column. Now you need one for each row. How many
# rows are there, and with what should the numbers begin?
#
# </details>
#
# <details><summary>Hint 2: from a column to a mask</summary>
#
# `rows[:, np.newaxis]` stands the numbers upright: its shape is `(n_H, 1)`. `np.tile(array, (1,
# n_W))` puts such a column beside itself, n_W times.
#
# </details>
#
# <details><summary>Hint 3: the two styles</summary>
#
# `Style(picture, mask=…)` is a style with a mask. If the first one has a share of 0.8 somewhere,
# what is left for the second? The cell with `left` does the same.
#
# </details>


# %%
def plan_picture(photograph, first, second, base):
    """Plan a picture: returns the arguments of stylize, a dictionary.

    photograph: uint8, shape (n_H, n_W, 3). first, second: the styles of the upper and the lower
    part. base: settings to start from.
    """
    ### BEGIN SOLUTION
    n_H, n_W, _ = photograph.shape
    rows = np.linspace(1, 0, n_H)
    above = np.tile(rows[:, np.newaxis], (1, n_W))
    styles = [Style(first, mask=above), Style(second, mask=1 - above)]
    settings = replace(base, beta=2 * base.beta)
    ### END SOLUTION
    return {"content": photograph, "style": styles, "settings": settings}


# %% [markdown]
# **Check.** It tries your function, says what it finds, and hands on a function that works.

# %%
plan_picture = checks.plan_picture(plan_picture)

# %% [markdown]
# ## Paint it
#
# The two stars take the dictionary apart: each entry becomes an argument. The picture goes to
# `output/09-mine.png`.

# %%
plan = plan_picture(photograph, first, second, base)
mine = stylize(**plan)
save_image(project_path("output", "09-mine.png"), mine)
show.show_images(
    [mine],
    ["my picture"],
    alt="The temple: its sky in the strokes of the northern lights, trees and lake in blue waves.",
    see="where does one style end, and the other begin?",
)

# %% [markdown]
# ## The clinic
#
# Eight programs have painted the same temple in the same waves, one of them by night. Six of them
# are broken: in each, **one** thing is wrong, and not one stopped with an error. Here are their
# pictures, the ways of their costs, and some numbers.

# %%
small, few = class_budget(size=160, iterations=40)
temple = load_image("images/content/china.jpg", small)
waves = load_image("images/style/waves.jpg", small)
ward = admit(temple, waves, few, model, seed=9)
show.show_runs(
    [patient.shown for patient in ward.values()],
    ["\n".join([letter, *patient.symptoms.lines()]) for letter, patient in ward.items()],
    [patient.costs for patient in ward.values()],
    alt="Eight pictures, A to H, each with a curve. A is black, and its curve falls. B is dark, "
    "its waves can be made out, and its curve falls. C has a dark border. D is a grey card. E is "
    "glaring specks, and its curve goes up and down above the first cost. F is the temple in blue "
    "waves. G is the same in brown and orange. H is black, and its curve is level.",
    see="below each picture runs its cost, on a logarithmic scale. The dashed line is the first "
    "cost.",
)

# %% [markdown]
# **What was measured.** If you cannot see the numbers, `print(ward["A"].symptoms)` writes them.
#
# | symptom | what it is |
# |---|---|
# | `lowest`, `highest` | its smallest and its largest number: 0 is black, 255 is white |
# | `brightness` | their mean |
# | `spread` | how much the pixels differ: 0 for a card of one colour |
# | `edge` | by how much the border is brighter or darker than the rest |
# | `fall` | the first cost divided by the last: 10 is a fall to a tenth |
# | `to_style` | how far the mean colour is from the mean colour of the style |
# | `to_swapped` | the same, when red and blue of the style are exchanged |
#
# `nan` means *not a number*: what comes out of 0 · ∞, for instance. A screen shows it black.
#
# **What may be wrong.**
#
# | cause | what the program does |
# |---|---|
# | `"root"` | it puts a square root around the content cost, and starts from the photograph |
# | `"way in"` | it divides pictures by 255 before they go into the network |
# | `"way out"` | it divides the finished picture by 255 before it is shown |
# | `"rate"` | its learning rate is 100,000 |
# | `"padding"` | it lays zeros around its pictures, before the mean is subtracted |
# | `"order"` | it reads the style as blue, green, red |
# | `"healthy"` | nothing: all is well |
#
# Where the picture *is* the photograph, the content cost is 0. Draw the root: at 0 it rises
# infinitely steeply. That is its slope there, and the gradient multiplies it by 0.
#
# With your neighbour: which letter has which cause? Look at the pictures first, then look for a
# number that proves it. Two patients are black: what tells them apart?
#
# ## Exercise 2: `find_cause`
#
# Now write down how you have found it. Your function is given the symptoms of *one* patient, and
# returns the name of the cause. `symptoms.spread` is one of its numbers.
#
# The check has other patients: other photographs, other styles, brighter and darker ones. So do not
# ask for the very numbers of the figure. Ask for what a cause *must* do.
#
# <details><summary>Hint 1: one question</summary>
#
# A question looks like this. After `return`, the function has come to its end.
#
# ```python
# if symptoms.fall > 1000:
#     return "healthy"
# ```
#
# </details>
#
# <details><summary>Hint 2: the order</summary>
#
# A black picture has no spread, either. If you ask for the spread first, what do you call it? Which
# patients make every comparison False, and so have to be asked for before all others?
#
# </details>
#
# <details><summary>Hint 3: nan</summary>
#
# `nan == nan` is False. NumPy asks with a function of its own, whose name begins with `is`.
#
# </details>


# %%
def find_cause(symptoms):
    """Find out what is wrong with a program. Returns the name of a cause, such as "rate"."""
    ### BEGIN SOLUTION
    if np.isnan(symptoms.brightness):
        return "root"
    if symptoms.highest < 10:
        return "way out"
    if symptoms.spread < 15:
        return "way in"
    if symptoms.fall < 2:
        return "rate"
    if symptoms.edge > 40:
        return "padding"
    if symptoms.to_swapped < symptoms.to_style:
        return "order"
    ### END SOLUTION
    return "healthy"


# %% [markdown]
# **Check.** It tries your function, says what it finds, and hands on a function that works.

# %%
find_cause = checks.find_cause(find_cause)

# %% [markdown]
# **Running late?** Put `True` here, and the cells below use the references.

# %%
LATE = False
if LATE:
    plan_picture = checks.reference("plan_picture")
    find_cause = checks.reference("find_cause")

# %% [markdown]
# ## The doctor's round
#
# Your function goes through the ward. Does it agree with you?

# %%
show.show_images(
    [patient.shown for patient in ward.values()],
    [f"{letter}: {find_cause(patient.symptoms)}" for letter, patient in ward.items()],
    columns=4,
    alt="The eight pictures of the ward again, each with the cause that was found.",
    see="a dark picture is not a black one, and that of the night is healthy.",
)

# %% [markdown]
# A diagnosis is a guess until a test confirms it. Which test would you make?
#
# <details><summary>Tests that confirm a cause</summary>
#
# | cause | test |
# |---|---|
# | `"root"` | start from noise: the content cost is not 0 there, and all is well |
# | `"way in"` | print the network's input: its numbers should lie between −124 and 151 |
# | `"way out"` | multiply the picture by 255: there it is |
# | `"rate"` | divide the learning rate by 10 until the cost falls |
# | `"padding"` | paint without it |
# | `"order"` | show the style picture *as the program has read it* |
#
# </details>
#
# **What the course's own functions say.** Two of the six would not have got through them. Here are
# their sentences.


# %%
def reply(function, *arguments):
    """Call a function of the course, and show what it says when it refuses."""
    try:
        function(*arguments)
    except NSTError as error:
        say(str(error))


reply(reshape_and_normalize_image, temple / 255)
broken = next(patient for patient in ward.values() if np.isnan(patient.picture).any())
reply(denormalize_image, broken.picture[np.newaxis])

# %% [markdown]
# Such a sentence names what was *found*. The cause may lie many steps before: the second
# sentence guesses at it, and here its guess is wrong. And no program can refuse exchanged colours:
# a blue cat is a picture like any other. That is why you look.
#
# ## Who made this?
#
# Four have a share in your picture. Name them wherever you show it.
#
# | who | what to name |
# |---|---|
# | the photographer | name, licence, and that the picture was changed |
# | who made the style | name, licence |
# | who made the tool | the method and the program: Gatys et al. 2016, `nst_utils` |
# | you | your name, and what you have chosen |
#
# [The list of this course's pictures](../images/CREDITS.md) is an example: what, who, which
# licence, and where it came from.
#
# - **Your own photograph** is yours. If it shows people, ask them.
# - **CC BY** asks for the name. **CC0** asks for nothing; name the source all the same.
# - **"Found on the internet"** is no licence. Without one, a picture is for you alone, in class at
#   most: ask before you publish it.
# - **Living artists** live from their style. The law differs from country to country, and it does
#   not answer everything. Decency does: ask them, name them, and do not sell what they would sell.
#   The works of those who died long ago are usually free.
#
# Beside every picture that the command line paints lies its recipe, a file `.settings.json`. It
# knows what the picture was made from. So a caption need not be made up: it can be read.

# %%
recipe = Recipe(
    content=PHOTOGRAPH, styles=(StyleFile(FIRST, 3), StyleFile(SECOND, 1)), settings=base
)
job = Job(recipe=recipe, output=project_path("output", "09-two-styles.png"))
for _ in Run(job):
    pass  # one step after the other; the files are written at the end

# %%
CREDITS = {  # a line for each of your own pictures comes here
    "china.jpg": "photograph: danielbuechele, CC BY 2.0",
    "northern-lights.jpg": "style: northern lights, Neural Style Transfer course, CC0",
    "waves.jpg": "style: waves, Neural Style Transfer course, CC0",
}


def caption(settings_file):
    """Write the credits of a picture from its recipe."""
    made_from = read_recipe(settings_file)
    files = [made_from["content"], *(style.picture for style in made_from["styles"])]
    credits = [CREDITS.get(file.name, f"{file.name}: UNKNOWN. Ask first!") for file in files]
    return "\n".join([*credits, "changed by neural style transfer (Gatys et al. 2016, nst_utils)"])


print(caption(job.settings_file))

# %% [markdown]
# ## Critique
#
# "Nice" helps nobody. A **rubric** says what to look at, and what the levels are. Work in pairs,
# with two pictures: one of yours and one of your neighbour's, or the two below. Each of you gives a
# level for every row, alone. Then compare: where you differ, talk.
#
# | look at | 1 · not yet | 2 · partly | 3 · yes |
# |---|---|---|---|
# | **content** | what is it? | the main thing can be read | it can be read from afar |
# | **style** | its colours only | strokes in some places | I would know the style again |
# | **colour** | dull, or it hurts | it fits, by chance | it fits, and was chosen |
# | **faults** | frame, specks, halos | I find some when I look | I find none |
# | **intention** | I see none | the maker can say it | I see it without being told |
# | **credit** | nobody is named | some are | photograph, style, tool, licences |

# %%
show.show_images(
    [mine, load_image(job.output)],
    ["one", "two"],
    alt="Two temples: one with the northern lights above and waves below, the other with both "
    "styles everywhere.",
    see="choose one row of the rubric in which the two differ, and say why.",
)

# %% [markdown]
# For the row with the lowest level: which *setting* would you change? Change it in `plan_picture`,
# and paint again. That is what critique is for.
#
# ## The studio
#
# For all the pictures to come there is a page: choose a photograph and a style, turn the dials, and
# watch it emerge. Run this cell to open it in the notebook. In a terminal, `python -m nst_utils
# studio` serves it as a page of its own.

# %%
# NBVAL_IGNORE_OUTPUT
from nst_utils import app

app.show_studio()

# %% [markdown]
# ## Quiz
#
# **1.** A picture is black, and its cost has fallen to a thirtieth. Where need you *not* look?
#
# <details><summary>Show the answer</summary>
#
# At costs, gradient, steps: the painting has worked. Something goes wrong behind it, on the way
# from the network's numbers to the screen.
#
# </details>
#
# **2.** Every convolution of the network lays zeros around its input. Why does that make hardly any
# frame, and the patient with zeros around its pictures has one?
#
# <details><summary>Show the answer</summary>
#
# Inside the network, the mean is subtracted already: there 0 is the mean colour, a greyish brown
# that nobody notices. Before that, 0 is black: the network sees a picture framed in black, and
# paints it.
#
# </details>
#
# **3.** A friend sells prints "in the style of" an illustrator of today. "Not one pixel is copied",
# he says. What do you ask him?
#
# <details><summary>Show the answer</summary>
#
# Has he asked her? Where does the style picture come from, and what does its licence allow? Does
# the print name her, the photographer and the tool? And would he like it the other way round?
#
# </details>
#
# ## What you have now
#
# You have built style transfer from its pixels up: the network's input, its layers, two costs, a
# step that is taken again and again. You know what can be chosen, how to compare, and what to do
# when it breaks. The rest is looking. Show somebody your picture today, with its caption.

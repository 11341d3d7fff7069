# %% [markdown]
# # 00 · Start here
#
# *30 minutes in class, less than 1 of them computing.*
#
# **After this notebook you can**
#
# - paint a photograph in the style of another picture;
# - say what a notebook remembers without showing it, and how to find out what is true;
# - write a function that gives the same picture every time, and let a check tell you so.
#
# **How to run a cell.** This page consists of *cells*. Those with a `[ ]` on their left hold code.
# Click into one, hold Shift, and press Enter. While `[*]` stands beside it, it is running.
#
# ## Recap: answer before you open
#
# A friend paints your street in the manner of Van Gogh. What in the painting comes from your
# street, and what comes from Van Gogh?
#
# <details><summary>Show the answer</summary>
#
# From the street: the things, and where they are. We call this the **content**. From Van Gogh: the
# colours and the brush strokes, wherever in the picture they lie. We call this the **style**.
#
# </details>

# %% [markdown]
# ## Set up
#
# Run this cell first. It checks that everything is there. If something is not, it says what to
# do. You need not read its code.

# %%
import sys

try:
    from nst_utils import environment
except ImportError as error:
    print(f"✘ {error}.")
    print("This is Python", sys.version.split()[0] + ". The course needs 3.11, 3.12 or 3.13.")
    print("In a terminal, in the folder of the project, run this line; then restart the kernel:")
    print(f'"{sys.executable}" -m pip install -r requirements.txt')
else:
    environment.check()

# %% [markdown]
# The next cell loads what we need, and a network that has learned to look at pictures.

# %%
from nst_utils import (
    CONTENT_LAYER,
    checks,
    class_budget,
    generate_noise_image,
    load_image,
    load_vgg_model,
    model_nn,
    project_path,
    reshape_and_normalize_image,
    save_image,
    show,
)

import numpy as np

SIZE, STEPS = class_budget(size=400, iterations=100)
brighten = checks.to_write("brighten")  # yours will take its place

model = load_vgg_model()

# %% [markdown]
# ## First of all, a picture
#
# A photograph of a cat, and a mosaic with two fish. We begin with the photograph, faded, under a
# lot of noise. Run the cell, and watch.
#
# The curves beside the picture measure how far it still is from what we want: $J$ in all,
# $J_{style}$ in style, $J_{content}$ in content. You will build them in the notebooks 03 to 05.

# %%
content = reshape_and_normalize_image(load_image("images/content/chelsea.png", SIZE))
style = reshape_and_normalize_image(load_image("images/style/koi.jpg", SIZE))
start = generate_noise_image(content, seed=0)

view = show.LiveView(
    STEPS,
    reference=content,
    alt="The picture on the left begins as a noisy photograph of a cat, and turns into a mosaic. "
    "On the right, the total cost and the style cost fall.",
    see="first come the colours, then the dark lines, then the single stones.",
)
picture = model_nn(
    model,
    start,
    model(content)[CONTENT_LAYER],
    model(style),
    num_iterations=STEPS,
    every=10,
    learning_rate=5.0,
    callback=view,
)
save_image(project_path("output", "00-first-picture.jpg"), picture)

show.show_images(
    [content, style, picture],
    ["the content", "the style", "your picture"],
    alt="The face of a tabby cat; a mosaic of two fish in blue water; and the face of the cat as a "
    "mosaic of small stones in the colours of the fish and the water.",
    see="the cat is where it was. But its fur is made of little stones, and the stones have the "
    "colours of the water and the fish.",
)

# %% [markdown]
# It is also saved in `output/00-first-picture.jpg`. Nobody has drawn a line of it. A hundred
# times, each pixel was changed a little, so that the style comes in and the content stays.
# (Likeness is what the style costs: $J_{content}$ rises while the total falls.)
#
# How can a program measure content? How can it measure style? And which way should a pixel go?
# This is the course: **in the notebooks 01 to 06 you write every part of it yourself.**
#
# **Try it.** Put another photograph or another style into the cell above, and run it again. (The
# words under the pictures go on speaking of the cat.) The
# folders `images/content` and `images/style` hold what there is. (In `output`, the new picture
# takes the place of the old one.)

# %% [markdown]
# ## How a notebook works
#
# A notebook is two things:
#
# - the **page**: text, cells, and what the cells have shown. It is saved in the file.
# - the **kernel**: a program in the background that runs the cells, and **remembers every name**.
#   It forgets them all when it is restarted.
#
# The kernel runs the cells in the order in which **you** run them, wherever they stand on the page.
# You see the page. You do not see the memory. One thing gives it away: the number. `[3]` means that
# this cell was the third one that the kernel ran since it was started.
#
# ## Experiment 1: the same cell again
#
# Here is a photograph, and a number that says how much brighter it shall become. A picture is an
# array of `uint8`: whole numbers from 0, black, to 255, white. `np.clip` brings numbers that are
# beyond these limits back to them.

# %%
photo = load_image("images/content/rocket.jpg", 240)
amount = 60
seen = [photo]

# %% [markdown]
# **Predict first.** The cell after the next makes the photograph brighter. You are going to run it
# **three times** (Ctrl and Enter run a cell and stay there). What will the third run show?
#
# - **a**: the same picture as the first run
# - **b**: a picture that is brighter still
# - **c**: an error, since a cell runs only once
#
# Write your letter between the quotes, and run the cell.

# %%
my_guess = "?"

# %%
brighter = photo.astype(int) + amount  # as int, because uint8 ends at 255: there, 255 + 1 is 0
photo = np.clip(brighter, 0, 255).astype(np.uint8)

seen.append(photo)
show.show_images(
    seen,
    ["the photograph", *[f"run {number}" for number in range(1, len(seen))]],
    alt="The photograph of a rocket on its launch pad at dusk, and beside it one brighter picture "
    "for every time that this cell was run.",
    see="run this cell again, and again: there is one more picture each time, until all is white.",
)

# %%
checks.compare(
    my_guess,
    "b",
    "each run begins with the photo in memory, and leaves a brighter one there.",
)

# %% [markdown]
# The cell has no result of its own. It depends on how often it was run, and nobody who reads the
# page can know that. We call this **hidden state**.
#
# ## How this course works
#
# A **function** can do without: all that it needs comes in through its brackets, all that it makes
# goes out through `return`. So in this course you always write a function, and a **check** tries it
# on inputs of its own. In the exercise below, a picture is to become brighter. Somebody has
# multiplied where they should have added. This is what the check says:


# %%
def somebodys_try(image, amount):
    return image * amount


print(checks.diagnose("brighten", somebodys_try).message)

# %% [markdown]
# What is wrong, where to look, and a question. Never the solution. And it stops nobody: as long as
# your function is not right, the cells below go on with one that is.
#
# - **Hints** open with a click. Try without them first.
# - **Predict first** wants a guess from you before you look. A wrong one is worth as much.
# - **Running late?** In every notebook there is a cell for that, so that you keep up with the
#   class.
# - **Solutions** lie in `notebooks/solutions/`. Look at them after you have finished.
# - **Is it right?** `pytest --nbval-lax notebooks/00_start_here.ipynb`, in a terminal in the folder
#   of the project, runs the whole notebook in a new kernel, and passes when your answer is right.
#   Save the notebook before.
#
# ## Exercise: `brighten`
#
# Mend the cell of experiment 1. Make a function of it that depends on nothing but its arguments,
# and changes nothing outside. Called twice with the same photograph, it gives the same picture
# twice.
#
# **By hand.** With an amount of 40, the numbers 0, 100 and 250 become 40, 140 and 255.
#
# <details><summary>Hint 1: the two lines</summary>
#
# The first two lines of the cell compute the right numbers. Copy them to where your code belongs.
# Which names in them does the function not have?
#
# </details>
#
# <details><summary>Hint 2: the names</summary>
#
# Here the picture is called `image`. The result gets a name of its own, so that `image` stays what
# it is: the last line returns `bright`.
#
# </details>
#
# <details><summary>Hint 3: old and new</summary>
#
# `image + 1` makes a new array. `image += 1` and `image[...] = 1` change the old one, and whoever
# gave it to you finds it changed.
#
# </details>


# %%
def brighten(image, amount):
    """Make a brighter copy of a picture.

    image: uint8, shape (height, width, 3), from 0, black, to 255, white. It stays as it is.
    amount: how much brighter, a whole number from 0 to 255.
    Returns a new picture, uint8, same shape. What would go beyond 255 is 255.
    """
    ### BEGIN SOLUTION
    brighter = image.astype(int) + amount
    bright = np.clip(brighter, 0, 255).astype(np.uint8)
    ### END SOLUTION
    return bright


# %% [markdown]
# **Check.** It tries your function, says what it finds, and hands on a function that works.

# %%
brighten = checks.brighten(brighten)

# %% [markdown]
# **Running late?** Put `True` here, and the cells below use the reference.

# %%
LATE = False
if LATE:
    brighten = checks.reference("brighten")

# %% [markdown]
# This is the mended cell. Its result has a name of its own. Run it three times, too.

# %%
photograph = seen[0]
bright = brighten(photograph, amount)

show.show_images(
    [photograph, bright],
    ["the photograph", "brighten(photograph, amount)"],
    alt="The photograph of the rocket at dusk, and the same photograph a little brighter.",
    see="run this cell as often as you like: nothing changes.",
)

# %% [markdown]
# ## Experiment 2: a name that lives in memory only
#
# We build a kernel of our own. Its memory is a dictionary, and `exec` runs a cell with it. There
# are three cells, and C uses your function.
#
# Yesterday, somebody ran A, B and C, then deleted B, ran C twice more, saved the page and went
# home. Everything worked.
#
# **Predict first.** Today you open this page. The kernel is new, its memory is empty. You run all
# that is left: A and C. What do you get?
#
# - **a**: the picture that is on the page
# - **b**: a picture, but a darker one
# - **c**: an error
#
# Write your letter between the quotes, and run the cell.

# %%
my_guess = "?"

# %%
cells = {
    "A": 'photo = load_image("images/content/rocket.jpg", 240)',
    "B": "amount = 60",
    "C": "photo = brighten(photo, amount)",
}


def run_cells(order):
    """Do what a kernel does: begin with an empty memory, run the cells, keep every name."""
    memory = {"load_image": load_image, "brighten": brighten}
    for letter in order:
        exec(cells[letter], memory)
    return memory["photo"]


as_written = run_cells("ABC")
yesterday = run_cells("ABCCC")
show.show_images(
    [as_written, yesterday],
    ["A B C", "A B C C C"],
    alt="Two pictures of the rocket. The left one is a little brighter than the photograph, the "
    "right one is nearly white.",
    see="the same three cells, two pictures. Yesterday's page shows the second.",
)

try:
    today = run_cells("AC")
except NameError as error:
    print(f"A C: NameError: {error}")

# %%
checks.compare(my_guess, "c", "amount was in yesterday's memory. No cell of the page makes it.")

# %% [markdown]
# **Restart, and run all.** *Kernel → Restart Kernel and Run All Cells…* empties the memory and runs
# the page from top to bottom. Then the numbers are 1, 2, 3, …, and page and memory agree. Do it
# whenever something makes no sense, and always before you hand in. An empty exercise does not stop
# it.
#
# Did you notice? Even a good function could not save cell C: `photo = brighten(photo, amount)` puts
# the result where the photograph was. The mended cell above calls it `bright`.

# %% [markdown]
# ## Quiz
#
# **1.** On the left of three cells you read, from top to bottom, `[7]`, `[3]` and `[12]`. What do
# you know?
#
# <details><summary>Show the answer</summary>
#
# They were not run in the order of the page, and other cells, or the same ones, ran in between.
# What you see may not be what the page gives from top to bottom. Restart, and run all.
#
# </details>
#
# **2.** You change `amount = 60` into `level = 60`, and run the cell. The cell below still says
# `amount`, and works. Why, and for how long?
#
# <details><summary>Show the answer</summary>
#
# The kernel still remembers `amount` from before. It works until the kernel is restarted, perhaps
# on the computer of your teacher.
#
# </details>
#
# **3.** A function consists of `image += amount` and `return image`. A photograph of the night
# looks fine with it. Name two faults.
#
# <details><summary>Show the answer</summary>
#
# It changes the picture that it is given, so a second call makes it brighter still. And `uint8`
# ends at 255: a bright pixel starts again at 0, and gets dark. At night, there are few of them.
#
# </details>
#
# ## What comes next
#
# In notebook 01 we look at what a picture is to a program, and at what the network wants to be
# given. Most black pictures and blue faces begin with a mistake there.

# %% [markdown]
# # 06 · Optimization
#
# *60 minutes in class, about 2 of them computing.*
#
# **After this notebook you can**
#
# - write the step that changes a picture so that its cost falls;
# - write the loop around it, and follow it while it runs;
# - read a cost curve, and know what to do when it does not fall.
#
# At the end you have a picture of your own, `output/generated_image.jpg`, and the film of how it
# came about.
#
# ## Recap: answer before you open
#
# In ordinary training, pictures are given and the weights of a network change. What is given
# here, and what changes?
#
# <details><summary>Show the answer</summary>
#
# The network is given and does not change. The pixels of one picture change.
#
# </details>

# %% [markdown]
# ## Set up
#
# Run this cell first. It loads the network, the photograph and the style, and makes the start.

# %%
import time

from nst_utils import (
    CONTENT_LAYER,
    checks,
    class_budget,
    compute_content_cost,
    compute_style_cost,
    generate_noise_image,
    load_image,
    load_vgg_model,
    project_path,
    reshape_and_normalize_image,
    save_image,
    show,
    total_cost,
)
from nst_utils.images import denormalize_image, displayable_range
from nst_utils.optimize import Progress

import tensorflow as tf  # after nst_utils, which keeps its start-up messages away

SIZE, STEPS = class_budget(size=400, iterations=200)
train_step = checks.to_write("train_step")  # yours will take its place
model_nn = checks.to_write("model_nn")

model = load_vgg_model()
content = reshape_and_normalize_image(load_image("images/content/china.jpg", SIZE))
style = reshape_and_normalize_image(load_image("images/style/stained-glass.jpg", SIZE))
start = generate_noise_image(content, seed=0)

a_C = model(content)[CONTENT_LAYER]
a_S = model(style)

# %%
show.show_images(
    [content, style, start],
    ["content", "style", "the start"],
    alt="A Chinese temple, a stained glass picture, and the start: the temple under strong noise.",
    see="the start is 60 % noise and 40 % content. From there we walk downhill.",
)

# %% [markdown]
# ## The idea
#
# A picture of 400 × 267 pixels with three colours each is a point in a space of 400 · 267 · 3 =
# 320,400 dimensions. The cost $J$ is the height of the land there. The **gradient** points
# straight uphill, so we walk the other way:
#
# 1. Compute $J$ for the picture, while TensorFlow writes down every operation (on a *tape*).
# 2. Play the tape backwards: that gives the gradient, one number for each colour of each pixel.
# 3. Let an **optimiser** move every pixel a little, against its gradient. We use Adam: it
#    remembers the last steps and gives every pixel a stride of its own.
# 4. **Clip**: a screen shows colours from 0 to 255. What went beyond is brought back.
#
# ## Exercise 1: `train_step`
#
# `image` is a `tf.Variable`. It has to be changed *in place*: whoever called you looks at the same
# variable afterwards.
#
# <details><summary>Hint 1: the tape</summary>
#
# Everything from the picture to $J$ belongs inside `with tf.GradientTape() as tape:`. That begins
# with `a_G = model(image)`. `a_G` is a dictionary: the content cost needs one layer of it,
# `CONTENT_LAYER`; the style cost takes all of it. After the block, `tape.gradient(J, image)` plays
# the tape back.
#
# </details>
#
# <details><summary>Hint 2: the step</summary>
#
# `optimizer.apply_gradients([(gradient, image)])` takes a list of pairs, here only one.
#
# </details>
#
# <details><summary>Hint 3: the clip</summary>
#
# The network's input is RGB minus the mean, so black is not 0 here.
# `low, high = displayable_range(model.mean)` knows the limits. `tf.clip_by_value` returns a new
# tensor; `image.assign(...)` writes it into the variable.
#
# </details>


# %%
def train_step(image, model, a_C, a_S, optimizer, alpha=10, beta=40):
    """Move the picture one step downhill.

    image: a tf.Variable, shape (1, n_H, n_W, 3), changed in place.
    a_C: the content picture's activation in conv4_2. a_S: the style picture's activations.
    Returns (J, J_content, J_style) of the picture before the step.
    """
    ### BEGIN SOLUTION
    with tf.GradientTape() as tape:
        a_G = model(image)
        J_content = compute_content_cost(a_C, a_G[CONTENT_LAYER])
        J_style = compute_style_cost(a_S, a_G)
        J = total_cost(J_content, J_style, alpha, beta)
    gradient = tape.gradient(J, image)
    optimizer.apply_gradients([(gradient, image)])
    low, high = displayable_range(model.mean)
    image.assign(tf.clip_by_value(image, low, high))
    ### END SOLUTION
    return J, J_content, J_style


# %% [markdown]
# **Check.** It tries your function, says what it finds, and hands on a function that works.

# %%
train_step = checks.train_step(train_step)

# %% [markdown]
# ## Exercise 2: `model_nn`
#
# One step is not much: with Adam and a learning rate of 2, a pixel moves by about 2 of 255 levels.
# So we take many. Write the loop:
#
# - make **one** variable from `start`, and **one** `tf.keras.optimizers.Adam(learning_rate)`;
# - call `train_step` as often as `num_iterations` says;
# - at the steps 0, `every`, 2 · `every`, … tell the `callback`, if there is one, how things stand;
# - return the finished picture as an array: `image.numpy()`.
#
# A report is a `Progress(step, picture, J, J_content, J_style, seconds)`. Costs and picture must
# belong together. `train_step` returns the costs *before* its step, so keep the picture `before`
# the step, too. The lines that report are already there.
#
# <details><summary>Hint 1: before the loop</summary>
#
# `image = tf.Variable(start)` copies the start. What has to live through all the steps is made
# before the loop, not in it.
#
# </details>
#
# <details><summary>Hint 2: the loop</summary>
#
# `for step in range(num_iterations):` counts from 0. Inside: first `before = image.numpy()`, then
# `J, J_content, J_style = train_step(...)`.
#
# </details>
#
# <details><summary>Hint 3: the end</summary>
#
# Compare `image.numpy()` with `before`: which one has the last step in it? And at which
# indentation is the loop over?
#
# </details>


# %%
def model_nn(
    model, start, a_C, a_S, num_iterations=200, every=20, learning_rate=2.0, callback=None
):
    """Paint: take many steps from the start. Returns the finished picture."""
    began = time.perf_counter()
    ### BEGIN SOLUTION
    image = tf.Variable(start)
    optimizer = tf.keras.optimizers.Adam(learning_rate)
    ### END SOLUTION
    for step in range(num_iterations):
        ### BEGIN SOLUTION
        before = image.numpy()
        J, J_content, J_style = train_step(image, model, a_C, a_S, optimizer)
        ### END SOLUTION
        if callback is not None and step % every == 0:
            costs = float(J), float(J_content), float(J_style)
            callback(Progress(step, before, *costs, time.perf_counter() - began))
    ### BEGIN SOLUTION
    return image.numpy()
    ### END SOLUTION


# %% [markdown]
# **Check.** It tries your function, says what it finds, and hands on a function that works.

# %%
model_nn = checks.model_nn(model_nn)

# %% [markdown]
# **Running late?** Put `True` here, and the cells below use the references.

# %%
LATE = False
if LATE:
    train_step = checks.reference("train_step")
    model_nn = checks.reference("model_nn")

# %% [markdown]
# ## Watch it emerge
#
# This is the moment of the course. It takes about a minute. Look at what comes
# first: colours, shapes, or details?

# %%
history = []
view = show.LiveView(
    STEPS,
    reference=content,
    alt="The generated picture on the left turns from noise into a temple of stained glass; on "
    "the right, total and style cost fall, and the content cost rises.",
    see="colours and dark lines come early; then the pieces of glass find their shapes.",
)


def follow(progress):
    """Keep every report, and show some of them."""
    history.append(progress)
    if progress.step % 20 == 0:
        view(progress)


every = max(1, STEPS // 40)
picture = model_nn(model, start, a_C, a_S, num_iterations=STEPS, every=every, callback=follow)
view(history[-1])

# %% [markdown]
# ## Keep it
#
# The last report came five steps before the end. The finished picture goes to
# `output/generated_image.jpg`, and the film of its making beside it.

# %%
save_image(project_path("output", "generated_image.jpg"), picture)
frames = [progress.image for progress in history]
film = show.save_gif(project_path("output", "generated_image.gif"), [*frames, picture])

show.show_images(
    [content, style, picture],
    ["content", "style", "your picture"],
    alt="The temple, the stained glass, and the temple made of stained glass.",
    see="what comes from the photograph is the things; what comes from the glass is the rest.",
)

# %%
show.show_gif(
    film,
    alt="A film: the noise clears and becomes a temple of stained glass.",
    see="most of it happens in the first quarter.",
)

# %% [markdown]
# ## Read the curve
#
# A cost falls over several powers of ten, so its axis is logarithmic: from one line to the next,
# the cost is divided by ten.

# %%
show.show_costs(
    history,
    alt="Three curves on a logarithmic axis. Total and style cost fall steeply, then slowly. The "
    "content cost, far below them, rises about eightfold in the first 40 steps and then stays "
    "level.",
    see="style falls about a hundredfold. Content pays for it: its cost rises about eightfold.",
)

# %% [markdown]
# **What to do when it does not fall**
#
# | what you see | what it is, most often |
# |---|---|
# | the cost is exactly constant | the variable is not changed: a new tensor took its name |
# | the cost rises from step to step | the gradient was followed uphill |
# | the cost jumps up and down | the learning rate is too large |
# | the cost creeps | the learning rate is too small |
# | `nan` | a division by zero in a cost, or a root of a negative number |
# | the cost falls, the picture stays noise | `nan` in the start: a ReLU hides it from the cost |
#
# ## One pixel's path
#
# Each pixel walks through the colours. Here is one of them, from noise to its place in the glass.

# %%
row, column = picture.shape[1] // 3, picture.shape[2] // 4
show.show_pixel_path(
    [progress.step for progress in history],
    [denormalize_image(progress.image)[row, column] for progress in history],
    alt="Three lines, the red, green and blue value of one pixel over the steps: they move fast "
    "at first and settle later. Below, a strip of the colours themselves.",
    see="some colours turn back on the way: the neighbours change, and with them what fits best.",
)

# %% [markdown]
# ## Experiment: the learning rate
#
# Adam moves each pixel by about the learning rate in every step, in levels of 0 to 255.
#
# **Predict first.** We take the same 50 steps with the learning rates 0.2, 2, 10, 100 and 1000.
# Which one has the lowest cost in the end?
#
# - **a**: 0.2, because small steps are careful
# - **b**: 2, because the course uses it
# - **c**: 100, because large steps get far
#
# Write your letter between the quotes, and run the cell.

# %%
my_guess = "?"

# %%
small, steps = class_budget(size=200, iterations=50)
small_content = reshape_and_normalize_image(load_image("images/content/china.jpg", small))
small_start = generate_noise_image(small_content, seed=0)
small_a_C = model(small_content)[CONTENT_LAYER]

rates = [0.2, 2.0, 10.0, 100.0, 1000.0]
ends = []
for rate in rates:
    reports = []
    model_nn(
        model,
        small_start,
        small_a_C,
        a_S,
        num_iterations=steps,
        every=max(1, steps - 1),
        learning_rate=rate,
        callback=reports.append,
    )
    ends.append(reports[-1])

# %%
show.show_filmstrip(
    [end.image for end in ends],
    [f"learning rate {rate:g}" for rate in rates],
    alt="Five pictures after 50 steps. With 0.2 a pale photograph; with 2 and 10 the temple in "
    "stained glass; with 100 stained glass without a temple; with 1000 glaring fragments.",
    see="too small does not arrive, too large cannot settle, and with 100 the temple is lost.",
)
show.show_bars(
    {f"learning rate {rate:g}": end.J for rate, end in zip(rates, ends, strict=True)},
    log=True,
    alt="Five bars on a logarithmic axis, the cost in the end for each learning rate: it falls "
    "from 0.2 to 100, which has the lowest, and is high again for 1000.",
    see="100 has the lowest cost. Is its picture the best one?",
)
checks.compare(
    my_guess,
    "c",
    "each pixel has some 100 levels to go, and 0.2 needs 500 steps for that.",
)

# %% [markdown]
# The lowest cost is not the best picture. Steps of 100 levels leave the valley in which the walk
# began, and it was the start that held the temple (notebook 05). The cost says how well the style
# fits; whether you like what you see, it does not know. **Look at the pictures, too.**
#
# **Try it.** Put another photograph and another picture from `images/style/` into the set-up
# cell, and run all the cells again.

# %% [markdown]
# ## Quiz
#
# **1.** Why is there one optimizer for all the steps, and not a new one in each?
#
# <details><summary>Show the answer</summary>
#
# Adam keeps, for every pixel, a memory of the last gradients. A new optimizer has none: each of
# its first steps goes the full learning rate, however flat the land is.
#
# </details>
#
# **2.** Run the same cell twice. Do you get the same picture?
#
# <details><summary>Show the answer</summary>
#
# Yes, on one machine: the noise has a seed, and nothing else is random. Another machine may round
# differently in the last digits, and after 200 steps that can be seen in single pixels.
#
# </details>
#
# **3.** What happens if the picture is never clipped?
#
# <details><summary>Show the answer</summary>
#
# It walks to colours that no screen can show. When it is saved, they are cut off all the same:
# the picture that you see is then not the one whose cost you have read.
#
# </details>
#
# ## What comes next
#
# You have built neural style transfer. `nst_utils/optimize.py` and `nst_utils/costs.py` hold the
# same functions that you wrote. On the command line the same picture is
#
# ```
# python -m nst_utils images/content/china.jpg images/style/stained-glass.jpg --preset course
# ```

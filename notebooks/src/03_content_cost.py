# %% [markdown]
# # 03 · Content cost
#
# *50 minutes in class, about 1 of them computing.*
#
# **After this notebook you can**
#
# - say what "the same content" means to a network, in one formula;
# - write `compute_content_cost` so that TensorFlow can paint with it;
# - see what each layer of the network remembers of a photograph, and what it forgets.
#
# **Words you need.** VGG-19 is a chain of *layers*. Each layer turns a stack of maps into another
# stack. One map is a *channel*; the whole stack is the layer's *activation*. `conv4_2` is the
# second convolution of the fourth block. Between two blocks, a *pooling* halves height and width.
# A picture enters the network as RGB minus a mean colour.
#
# ## Recap: answer before you open
#
# A picture that is 300 pixels high and 400 wide runs through VGG-19 as far as the layer `conv4_2`.
# Three poolings lie on the way, and each one halves height and width. The layer has 192 channels in
# our small network. Which shape has its activation?
#
# <details><summary>Show the answer</summary>
#
# (1, 38, 50, 192): one picture, 38 rows, 50 columns, 192 channels. 300 / 8 is 37.5; an odd row
# at the end is kept, so it is rounded up.
#
# </details>

# %% [markdown]
# ## Set up
#
# Run this cell first. It loads the network and the two photographs of this lesson.

# %%
from nst_utils import (
    checks,
    class_budget,
    load_image,
    load_vgg_model,
    reshape_and_normalize_image,
    show,
)
from nst_utils.optimize import minimize

import numpy as np
import tensorflow as tf  # after nst_utils, which keeps its start-up messages away

SIZE, STEPS = class_budget(size=240, iterations=150)
compute_content_cost = checks.to_write("compute_content_cost")  # yours will take its place

model = load_vgg_model()
content = reshape_and_normalize_image(load_image("images/content/chelsea.png", SIZE))
height, width = content.shape[1:3]
other = reshape_and_normalize_image(load_image("images/content/coffee.png", (width, height)))

# %% [markdown]
# ## The idea
#
# When do two pictures show the same thing? Not when their pixels agree: move a photograph by
# one pixel to the side, and nearly every pixel changes, yet you see no difference.
#
# A network that has learned to tell things apart looks past many such details. Its deeper layers
# answer to eyes, ears and cups, roughly wherever they lie. So we let the network look at both
# pictures, and compare its answers:
#
# > Two pictures have the same content if one of the deeper layers gives the same activation for
# > both.
#
# We write **C** for the content picture and **G** for the picture that we generate. In the
# chosen layer, their activations are $a^{(C)}$ and $a^{(G)}$. Both have the shape
# $(1, n_H, n_W, n_C)$: height, width, number of channels.

# %%
show.show_images(
    [content, other],
    ["C, the content", "another picture"],
    alt="Two photographs: the face of a tabby cat, and a cup of coffee.",
    see="the cat is our content picture. The coffee is there to be compared with.",
)
show.show_feature_maps(
    model(content, layers=("conv3_1",))["conv3_1"],
    count=8,
    alt="Eight maps, each one channel of conv3_1 for the photograph of the cat. Bright spots lie "
    "at the eyes, along the stripes, on the smooth fur or in the background.",
    see="each channel answers to something else, and all of them know where it is.",
)

# %% [markdown]
# ## Exercise: `compute_content_cost`
#
# The content cost adds up the squared differences, position by position and channel by channel:
#
# $$J_{content} = \frac{1}{4 \cdot n_H \cdot n_W \cdot n_C} \sum \left(a^{(C)} - a^{(G)}\right)^2$$
#
# The sum runs over every number of the activation. The factor in front divides by how many
# numbers there are, so that a large layer does not cost more than a small one. The 4 is a
# convention: it makes this cost and the style cost of the next notebook look alike.
#
# **By hand.** Take $n_H = 1$, $n_W = 2$, $n_C = 1$, $a^{(C)} = (1, 3)$ and $a^{(G)} = (2, 1)$.
# The differences are −1 and 2, their squares 1 and 4, the sum is 5. Divided by
# $4 \cdot 1 \cdot 2 \cdot 1 = 8$ this gives 0.625.
#
# <details><summary>Hint 1: the sizes</summary>
#
# `a_G.shape` behaves like a tuple of four numbers. You can take it apart in one line:
# `_, n_H, n_W, n_C = a_G.shape`.
#
# </details>
#
# <details><summary>Hint 2: the sum</summary>
#
# Use TensorFlow's functions, not NumPy's: `tf.square` works on every number,
# `tf.reduce_sum` adds up all of them. TensorFlow has to see each step, because later it must
# find out how each pixel changes the cost.
#
# </details>
#
# <details><summary>Hint 3: the fraction</summary>
#
# Python works from left to right: `1 / 4 * n_H` is not `1 / (4 * n_H)`. Put the whole
# denominator into brackets.
#
# </details>


# %%
def compute_content_cost(a_C, a_G):
    """Compute the content cost.

    a_C, a_G: activations of the two pictures in one layer, shape (1, n_H, n_W, n_C).
    Returns J_content, one number.
    """
    ### BEGIN SOLUTION
    _, n_H, n_W, n_C = a_G.shape
    J_content = tf.reduce_sum(tf.square(a_C - a_G)) / (4 * n_H * n_W * n_C)
    ### END SOLUTION
    return J_content


# %% [markdown]
# **Check.** It tries your function, says what it finds, and hands on a function that works.

# %%
compute_content_cost = checks.compute_content_cost(compute_content_cost)

# %% [markdown]
# **Running late?** Put `True` here, and the cells below use the reference.

# %%
LATE = False
if LATE:
    compute_content_cost = checks.reference("compute_content_cost")

# %% [markdown]
# ## Experiment 1: what does your cost notice?
#
# Three pictures are compared with the cat: the same cat, darker; the same cat, moved by four
# pixels; and a cup of coffee. The network's input is RGB minus the mean, so we add the mean before
# we darken, and subtract it again.

# %%
candidates = {
    "the cat, darker": (content + model.mean) * 0.8 - model.mean,
    "the cat, moved 4 pixels": np.roll(content, 4, axis=2),
    "a cup of coffee": other,
}
a_C = model(content, layers=("conv4_2",))["conv4_2"]
values = {
    name: float(compute_content_cost(a_C, model(image, layers=("conv4_2",))["conv4_2"]))
    for name, image in candidates.items()
}
show.show_bars(
    {"the cat itself": 0.0, **values},
    alt="Four bars: the content cost of the cat itself is 0; darker and moved cats cost less than "
    "the cup of coffee.",
    see="the cost is 0 for the picture itself, and largest for another thing.",
)

# %% [markdown]
# ## Experiment 2: which way should each pixel go?
#
# The cost is one number, made of thousands of pixels. Its **gradient** tells, for every pixel,
# how the cost changes when this pixel gets a little brighter. It has the shape of the picture,
# so we can look at it. We start from noise, and ask the layer `conv3_1`.

# %%
noise = np.random.default_rng(0).uniform(-20, 20, content.shape).astype(np.float32)

target = model(content, layers=("conv3_1",))["conv3_1"]

image = tf.Variable(noise)
with tf.GradientTape() as tape:
    J = compute_content_cost(target, model(image, layers=("conv3_1",))["conv3_1"])
gradient = tape.gradient(J, image)

show.show_gradient(
    image,
    gradient,
    alt="Left, grey noise. In the middle, the way downhill as colours: the face of the cat, with "
    "its stripes and eyes. Right, a map of how steep it is, brightest at the eyes and stripes.",
    see="the noise knows nothing of a cat, but the gradient already does.",
)

# %% [markdown]
# ## Experiment 3: what does each layer remember?
#
# Now we follow the gradient, step after step, until the noise has nearly the same activation as
# the photograph. `minimize` does the walking; how it works is the subject of notebook 06. It
# lowers the first of the three costs that our function returns (total, content, style). Here
# there is only content. We take five layers: `conv1_1`, `conv3_4`, `conv4_2`, `conv5_2` and
# `conv5_4`.
#
# **Predict first.** Which layer will rebuild the photograph most faithfully?
#
# - **a**: `conv1_1`, the first layer
# - **b**: `conv4_2`, in the middle
# - **c**: `conv5_4`, the deepest of the five
#
# Write your letter between the quotes, and run the cell.

# %%
my_guess = "?"


# %%
def rebuild(layer):
    """Rebuild the photograph from noise, from one layer's activation alone."""
    target = model(content, layers=(layer,))[layer]

    def costs(image):
        J_content = compute_content_cost(target, model(image, layers=(layer,))[layer])
        return J_content, J_content, 0.0

    *_, last = minimize(costs, noise, STEPS, every=STEPS, learning_rate=4.0)
    return last.image


layers = ["conv1_1", "conv3_4", "conv4_2", "conv5_2", "conv5_4"]
rebuilt = [rebuild(layer) for layer in layers]

# %%
show.show_images(
    [content, *rebuilt],
    ["photograph", *(f"from {layer}" for layer in layers)],
    columns=3,
    alt="Six pictures: the photograph of a cat, then rebuilt from conv1_1 and conv3_4, nearly "
    "perfect; from conv4_2, with coarse fur; from conv5_2, a cat with odd eyes and colours; "
    "from conv5_4, pieces of a cat in about the right places.",
    see="the deeper the layer, the more of the pixels is lost. What stays longest is what there "
    "is, and about where.",
)
checks.compare(
    my_guess,
    "a",
    "conv1_1 sees nearly every pixel. Deep layers keep what is there, and forget how it looked.",
)

# %% [markdown]
# This is why style transfer takes its content from a deep layer: `conv4_2` holds on to the
# things and their places, and lets go of how each hair lies. There is room for style.
#
# **Try it.** Replace `layers` by five of your own, such as `conv5_1` to `conv5_4`, or rebuild the
# cup of coffee. `model.layer_names` lists all the layers.

# %% [markdown]
# ## Quiz
#
# **1.** Somebody leaves out the factor $1 / (4 \cdot n_H \cdot n_W \cdot n_C)$. The gradient then
# points …
#
# <details><summary>Show the answer</summary>
#
# … the same way; it is only longer. The factor matters when the cost is added to another one:
# it sets how much content counts beside style.
#
# </details>
#
# **2.** Why must the function not use `np.sum`?
#
# <details><summary>Show the answer</summary>
#
# The value would be right. But TensorFlow follows its own operations only. Behind NumPy the
# path from the cost to the pixels is lost, the gradient is None, and nothing can be painted.
#
# </details>
#
# **3.** Two pictures have a content cost of 0 in `conv4_2`. Are they the same picture?
#
# <details><summary>Show the answer</summary>
#
# Not necessarily. They have the same activation in this layer. What the layer forgets may
# differ: experiment 3 shows how much that is.
#
# </details>
#
# ## What comes next
#
# Content is *what* and *where*. In notebook 04 we measure the opposite: *how* it is painted, no
# matter where.

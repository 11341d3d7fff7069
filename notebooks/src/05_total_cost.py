# %% [markdown]
# # 05 · Total cost
#
# *30 minutes in class, about 1 of them computing.*
#
# **After this notebook you can**
#
# - put two costs together into one, with weights;
# - say why a term that is 0.01 % of the total can still shape the picture;
# - choose α and β on purpose.
#
# ## Recap: answer before you open
#
# Which of the two costs is 0 for the content picture itself? And for the style picture?
#
# <details><summary>Show the answer</summary>
#
# The content picture has content cost 0, the style picture has style cost 0. No picture has both,
# unless content and style are the same picture. So there has to be a compromise.
#
# </details>

# %% [markdown]
# ## Set up

# %%
from nst_utils import (
    CONTENT_LAYER,
    STYLE_LAYERS,
    checks,
    class_budget,
    compute_content_cost,
    compute_style_cost,
    generate_noise_image,
    load_image,
    load_vgg_model,
    model_nn,
    reshape_and_normalize_image,
    show,
)

import numpy as np
import tensorflow as tf  # after nst_utils, which keeps its start-up messages away

SIZE, STEPS = class_budget(size=240, iterations=100)
total_cost = checks.to_write("total_cost")  # yours will take its place

model = load_vgg_model()
content = reshape_and_normalize_image(load_image("images/content/china.jpg", SIZE))
style = reshape_and_normalize_image(load_image("images/style/stained-glass.jpg", SIZE))

a_C = model(content)[CONTENT_LAYER]
a_S = model(style)

# %% [markdown]
# ## The idea
#
# An optimiser can lower one number only. So the two costs become one, each with a weight:
#
# $$J = \alpha \cdot J_{content} + \beta \cdot J_{style}$$
#
# $\alpha$ (say "alpha") is the weight of the content, $\beta$ ("beta") that of the style. The
# course takes $\alpha = 10$ and $\beta = 40$.
#
# **By hand.** With $J_{content} = 2$ and $J_{style} = 0.5$: $J = 10 \cdot 2 + 40 \cdot 0.5 = 40$.
#
# ## Exercise: `total_cost`
#
# <details><summary>Hint 1: the formula</summary>
#
# It is one line, and it looks like the formula.
#
# </details>
#
# <details><summary>Hint 2: the weights</summary>
#
# Use the arguments `alpha` and `beta`, not the numbers 10 and 40: somebody may call your function
# with others.
#
# </details>
#
# <details><summary>Hint 3: which belongs to which</summary>
#
# Alpha comes first, as content comes first.
#
# </details>


# %%
def total_cost(J_content, J_style, alpha=10, beta=40):
    """Weigh content against style. Returns J, one number."""
    ### BEGIN SOLUTION
    J = alpha * J_content + beta * J_style
    ### END SOLUTION
    return J


# %%
total_cost = checks.total_cost(total_cost)

# %% [markdown]
# **Running late?** Put `True` here, and the cells below use the reference.

# %%
LATE = False
if LATE:
    total_cost = checks.reference("total_cost")

# %% [markdown]
# ## Experiment 1: who pulls how hard?
#
# We stand at the start: a picture that is more noise than photograph.
#
# **Predict first.** Which share of $J$ is content there?
#
# - **a**: about a half
# - **b**: about 1 %
# - **c**: less than 0.01 %

# %%
my_guess = "?"


# %%
def shares(image):
    """Compute each term's share of J, and of the gradients of all the terms."""
    image = tf.Variable(image)
    with tf.GradientTape(persistent=True) as tape:
        a_G = model(image)
        terms = {"content": total_cost(compute_content_cost(a_C, a_G[CONTENT_LAYER]), 0.0)}
        for layer, weight in STYLE_LAYERS:
            J_style = compute_style_cost(a_S, a_G, [(layer, weight)])
            terms[f"style {layer}"] = total_cost(0.0, J_style)
    costs = np.array([float(J) for J in terms.values()])
    pulls = np.array([float(tf.norm(tape.gradient(J, image))) for J in terms.values()])
    return {
        name: {"cost J": cost, "gradient": pull}
        for name, cost, pull in zip(terms, costs / costs.sum(), pulls / pulls.sum(), strict=True)
    }


start = generate_noise_image(content, seed=0)
show.show_shares(
    shares(start),
    alt="Bars on a logarithmic scale. At the start the content is a few thousandths of a percent "
    "of the total cost, and a larger share of the gradient. Most of the cost is style.",
    see="content is next to nothing in J. Its share of the gradient is many times larger.",
)
checks.compare(
    my_guess,
    "c",
    "a Gram matrix multiplies activations with each other, so style costs are squares of squares.",
)

# %% [markdown]
# Why does content matter at all, then? Let the picture come along, and look again.

# %%
painted = model_nn(model, start, a_C, a_S, STEPS, learning_rate=5.0)
show.show_images(
    [start, painted],
    ["the start", "after some steps"],
    alt="Left, the noise start, the temple faintly visible. Right, the temple as stained glass.",
    see="the style has been painted; now the details are at stake.",
)
show.show_shares(
    shares(painted),
    alt="The same bars after some steps: the content's share has grown in both quantities.",
    see="the style costs have collapsed, and content now has its say.",
)

# %% [markdown]
# The style cost is steep far away and flat nearby. It rules the first steps. Once it is small,
# the content holds on to what it still can: the outlines and the places of things. Two lessons:
#
# - **Do not read importance off the cost.** What moves a pixel is the gradient.
# - **Do not check the total alone.** An error in the content cost would not show in the first four
#   digits of $J$. That is why each part has a check of its own.
#
# ## Experiment 2: what do α and β do?
#
# **Predict first.** We multiply *both* weights by 10. The picture will be …
#
# - **a**: ten times more stylised
# - **b**: practically the same
# - **c**: destroyed

# %%
my_guess = "?"

# %%
weights = [(10, 40), (100, 400), (10, 0.1), (10, 0.001)]
pictures = [
    model_nn(model, start, a_C, a_S, STEPS, learning_rate=5.0, alpha=alpha, beta=beta)
    for alpha, beta in weights
]
show.show_images(
    pictures,
    [f"α = {alpha}, β = {beta}" for alpha, beta in weights],
    columns=2,
    alt="Four pictures of the temple. The first two, with weights 10 and 40 and with weights 100 "
    "and 400, look alike. With a smaller and smaller beta, the photograph comes back.",
    see="the first two are alike; the less weight on style, the more of the photograph.",
)
checks.compare(
    my_guess,
    "b",
    "only the ratio α/β decides where the lowest point lies, and Adam does not care for the scale.",
)

# %% [markdown]
# **Try it.** Which ratio gives the picture that you would hang up? Change one weight at a time,
# by factors of 10: small changes are hard to see.

# %% [markdown]
# ## Quiz
#
# **1.** Somebody exchanges α and β by mistake. How does $J$ change at the start?
#
# <details><summary>Show the answer</summary>
#
# It falls to about a quarter: nearly all of $J$ is style, and its weight falls from 40 to 10.
#
# </details>
#
# **2.** β = 0. What does the optimisation paint from noise?
#
# <details><summary>Show the answer</summary>
#
# The photograph, as well as `conv4_2` remembers it: experiment 3 of notebook 03.
#
# </details>
#
# **3.** A program prints only $J$, and $J$ falls nicely. Can its content cost be wrong?
#
# <details><summary>Show the answer</summary>
#
# Yes. Content is such a small part of $J$ that nobody would see it there. Print the parts.
#
# </details>
#
# ## What comes next
#
# There is one number to lower now. In notebook 06 you lower it, and the picture appears.

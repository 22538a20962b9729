/* course.c - finds the end of a network that runs along time, and runs it behind a session. */
#include "nn/course.h"

#include <stdlib.h>
#include <string.h>

#include "nn/flow.h"
#include "nn/session.h"

enum { TRIES = 24, TRIAL_BYTES = 1 << 28 };     /* beginnings that are tried, the earliest first, and what a run for it may take */

struct sx_suffix {
    const struct sx_graph *graph;
    int output;                 /* of the graph */
    bool *member;               /* [nodes] */
    bool *ran;                  /* [nodes] in the run of the search, NULL afterwards */
    struct sx_node **nodes;     /* its own, in order */
    struct sx_flow_part part;   /* without `known` */
    int *constant, constant_count;      /* values from outside that do not go along time */
    int rate;
};

struct sx_course {
    const struct sx_suffix *suffix;
    struct sx_session *session;
    struct sx_pool *pool;
    struct sx_flow *flow;
    struct sx_flow_part part;
    struct sx_tensor *shapes;   /* of the values from outside that the flow was made for */
    int64_t length;
    int max_columns;
    bool active;
};

static int no_memory(struct sx_error *error)
{
    return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
}

/* -------------------------------------------------------------- the end of a graph */

static bool can_flow(const struct sx_op *op)
{
    return !(op->flags & (SX_OP_RANDOM | SX_OP_CONTROL)) && (op->window || (op->flags & (SX_OP_UNARY | SX_OP_BINARY | SX_OP_VIEW)));
}

/* Marks values: those that depend on `from`. */
static void mark_behind(const struct sx_graph *graph, int from, bool *values)
{
    memset(values, 0, (size_t)graph->value_count * sizeof *values);
    values[from] = true;
    for (int n = 0; n < graph->node_count; n++) {
        const struct sx_node *node = graph->nodes[n];
        bool behind = false;
        for (int i = 0; i < node->input_count; i++)
            behind = behind || (node->inputs[i] >= 0 && values[node->inputs[i]]);
        for (int i = 0; behind && i < node->output_count; i++)
            if (node->outputs[i] >= 0)
                values[node->outputs[i]] = true;
    }
}

/* Marks values from which everything goes on along time, to no other output of the graph than the one. */
static void mark_clean(const struct sx_graph *graph, int output, bool *values)
{
    for (int i = 0; i < graph->value_count; i++)
        values[i] = !graph->values[i].constant && graph->values[i].producer >= 0;
    for (int i = 0; i < graph->output_count; i++)
        if (graph->outputs[i] != output)
            values[graph->outputs[i]] = false;
    for (int n = graph->node_count - 1; n >= 0; n--) {
        const struct sx_node *node = graph->nodes[n];
        bool clean = can_flow(node->op);
        for (int i = 0; i < node->output_count; i++)
            clean = clean && (node->outputs[i] < 0 || values[node->outputs[i]]);
        for (int i = 0; i < node->input_count && !clean; i++)
            if (node->inputs[i] >= 0)
                values[node->inputs[i]] = false;
    }
}

/* The nodes that depend on the value, and what they read from outside: time where it depends on the source. False: too much of that. */
static bool collect(struct sx_suffix *s, int from, const bool *timed, bool *inside)
{
    const struct sx_graph *graph = s->graph;
    mark_behind(graph, from, inside);
    inside[from] = false;
    s->part.node_count = s->part.input_count = s->constant_count = 0;
    for (int n = 0; n < graph->node_count; n++) {
        struct sx_node *node = graph->nodes[n];
        s->member[n] = false;
        for (int i = 0; i < node->output_count; i++)
            s->member[n] = s->member[n] || (node->outputs[i] >= 0 && inside[node->outputs[i]]);
        if (!s->member[n])
            continue;
        s->nodes[s->part.node_count++] = node;
        for (int i = 0; i < node->input_count; i++) {
            int id = node->inputs[i], k = 0;
            if (id < 0 || inside[id] || graph->values[id].constant)
                continue;
            int *list = timed[id] ? s->part.inputs : s->constant, *count = timed[id] ? &s->part.input_count : &s->constant_count;
            while (k < *count && list[k] != id)
                k++;
            if (k == *count && timed[id] && k == SX_FLOW_INPUTS)
                return false;
            if (k == *count)
                list[(*count)++] = id;
        }
    }
    return s->part.input_count > 0 && s->part.node_count > 0;
}

/* The axes of time of the inputs, by a run: the first axis that is more than one. All have to be of one length. */
static bool find_times(struct sx_suffix *s, const struct sx_session *session)
{
    int64_t length = -1;
    for (int i = 0; i < s->part.input_count; i++) {
        const struct sx_tensor *t = sx_session_known(session, s->part.inputs[i]);
        int axis = 0;
        while (t && axis < t->rank && t->shape[axis] == 1)
            axis++;
        if (!t || axis == t->rank || (length >= 0 && t->shape[axis] != length))
            return false;
        length = t->shape[axis];
        s->part.times[i] = axis;
    }
    return length > 1;
}

/* Does the end behind `from` run along time? The error is that of the run before it. */
static int try_from(struct sx_suffix *s, struct sx_session *session, int from, const bool *timed, bool *inside, bool *good, struct sx_error *error)
{
    struct sx_error why;
    struct sx_flow *flow;
    *good = false;
    if (!collect(s, from, timed, inside))
        return SYRINX_OK;
    int code = sx_session_run_more(session, s->member, s->ran, error);
    if (code != SYRINX_OK || !find_times(s, session))
        return code;
    s->part.nodes = s->nodes;
    s->part.output = s->output;
    struct sx_flow_part part = s->part;
    part.known = sx_session_known;
    part.user = session;
    code = sx_flow_new_part(s->graph, &part, NULL, 1, &flow, &why);
    if (code == SYRINX_ERROR_MEMORY)
        return no_memory(error);
    if (code != SYRINX_OK)
        return SYRINX_OK;
    const struct sx_column_buffer *out = &flow->buffers[flow->output];
    s->rate = (int)(out->rate * (int64_t)(out->bytes / sizeof(float)));
    *good = out->extra == 0 && s->rate > 0;
    sx_flow_free(flow);
    return SYRINX_OK;
}

static int search(struct sx_suffix *s, struct sx_session *session, int source, struct sx_error *error, bool *found)
{
    const struct sx_graph *graph = s->graph;
    size_t values = (size_t)graph->value_count + 1;
    s->ran = calloc((size_t)graph->node_count + 1, sizeof *s->ran);
    bool *timed = calloc(values, sizeof *timed), *clean = calloc(values, sizeof *clean), *inside = calloc(values, sizeof *inside);
    int code = s->ran && timed && clean && inside ? SYRINX_OK : no_memory(error), tries = 0;
    bool seen = false;          /* an upsampling: from there on all runs along time, or nothing does */
    *found = false;
    if (code == SYRINX_OK) {
        mark_behind(graph, source, timed);
        mark_clean(graph, s->output, clean);
    }
    for (int n = 0; n < graph->node_count && code == SYRINX_OK && !*found && !seen; n++) {
        const struct sx_node *node = graph->nodes[n];
        int id = node->output_count ? node->outputs[0] : -1;
        seen = node->op->factor != NULL;
        if (seen && timed[node->inputs[0]] && clean[node->inputs[0]])
            code = try_from(s, session, node->inputs[0], timed, inside, found, error);
        else if (!seen && id >= 0 && timed[id] && clean[id] && tries++ < TRIES)
            code = try_from(s, session, id, timed, inside, found, error);
    }
    free(s->ran);
    s->ran = NULL;
    free(timed);
    free(clean);
    free(inside);
    return code;
}

int sx_suffix_find(const struct sx_model *model, int output, int source, const struct sx_tensor *inputs, struct sx_suffix **suffix, struct sx_error *error)
{
    const struct sx_graph *graph = &model->graph;
    size_t nodes = (size_t)graph->node_count + 1, reads = 1;
    struct sx_session *session = NULL;
    bool found = false;
    *suffix = NULL;
    if (output < 0 || output >= graph->output_count || source < 0 || source >= graph->input_count)
        return SYRINX_OK;
    for (int n = 0; n < graph->node_count; n++)
        reads += (size_t)graph->nodes[n]->input_count;
    struct sx_suffix *s = calloc(1, sizeof *s);
    if (!s)
        return no_memory(error);
    s->graph = graph;
    s->output = graph->outputs[output];
    s->member = calloc(nodes, sizeof *s->member);
    s->nodes = calloc(nodes, sizeof *s->nodes);
    s->constant = calloc(reads, sizeof *s->constant);
    int code = s->member && s->nodes && s->constant ? sx_session_new(model, NULL, &session, error) : no_memory(error);
    if (code == SYRINX_OK)
        sx_session_set_limit(session, TRIAL_BYTES);
    for (int i = 0; i < graph->input_count && code == SYRINX_OK; i++)
        code = sx_session_set_input(session, i, &inputs[i], error);
    if (code == SYRINX_OK)
        code = search(s, session, graph->inputs[source], error, &found);
    sx_session_free(session);
    if (code == SYRINX_OK && found)
        *suffix = s;
    else
        sx_suffix_free(s);
    return code;
}

int sx_suffix_rate(const struct sx_suffix *suffix)
{
    return suffix->rate;
}

void sx_suffix_free(struct sx_suffix *suffix)
{
    if (!suffix)
        return;
    free(suffix->member);
    free(suffix->nodes);
    free(suffix->constant);
    free(suffix);
}

/* -------------------------------------------------------------- runs */

int sx_course_new(const struct sx_model *model, const struct sx_suffix *suffix, struct sx_pool *pool, int max_columns, struct sx_course **course,
                  struct sx_error *error)
{
    struct sx_course *c = calloc(1, sizeof *c);
    *course = NULL;
    if (!c)
        return no_memory(error);
    c->suffix = suffix;
    c->pool = pool;
    c->max_columns = max_columns;
    c->part = suffix->part;
    c->shapes = calloc((size_t)suffix->constant_count + SX_FLOW_INPUTS, sizeof *c->shapes);
    int code = c->shapes ? sx_session_new(model, pool, &c->session, error) : no_memory(error);
    if (code != SYRINX_OK) {
        sx_course_free(c);
        return code;
    }
    c->part.known = sx_session_known;
    c->part.user = c->session;
    *course = c;
    return SYRINX_OK;
}

struct sx_session *sx_course_session(struct sx_course *course)
{
    return course->session;
}

/* Does the value still look like what the flow was made for? Remembers what it looks like now. */
static bool same(struct sx_course *course, int value, int time, struct sx_tensor *remembered)
{
    const struct sx_tensor *now = sx_session_known(course->session, value);
    struct sx_tensor shape = now ? *now : (struct sx_tensor){.rank = -1};
    shape.data = NULL;
    if (time >= 0 && time < shape.rank)
        shape.shape[time] = 0;
    bool equal = shape.type == remembered->type && shape.rank == remembered->rank && (shape.rank <= 0 || sx_tensor_same_shape(&shape, remembered));
    *remembered = shape;
    return equal;
}

int sx_course_begin(struct sx_course *course, int64_t *columns, struct sx_error *error)
{
    const struct sx_suffix *s = course->suffix;
    bool fits = course->flow != NULL;
    course->active = false;
    course->length = -1;
    *columns = 0;
    int code = sx_session_run_before(course->session, s->member, error);
    if (code != SYRINX_OK)
        return code;
    for (int i = 0; i < s->part.input_count; i++) {
        const struct sx_tensor *t = sx_session_known(course->session, s->part.inputs[i]);
        int time = s->part.times[i];
        bool good = t && time < t->rank && (course->length < 0 || t->shape[time] == course->length);
        for (int k = 0; good && k < time; k++)
            good = t->shape[k] == 1;
        if (!good)
            return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "value '%.120s' has another shape than it had when the network was cut",
                           s->graph->values[s->part.inputs[i]].name);
        course->length = t->shape[time];
        fits = same(course, s->part.inputs[i], time, &course->shapes[i]) && fits;
    }
    for (int i = 0; i < s->constant_count; i++)
        fits = same(course, s->constant[i], -1, &course->shapes[s->part.input_count + i]) && fits;
    if (!fits) {
        sx_flow_free(course->flow);
        course->flow = NULL;
        if ((code = sx_flow_new_part(s->graph, &course->part, course->pool, course->max_columns, &course->flow, error)) != SYRINX_OK)
            return code;
    } else {
        sx_flow_known(course->flow, &course->part);
        sx_flow_reset(course->flow);
    }
    course->flow->error.code = SYRINX_OK;
    *columns = course->length;
    course->active = course->length > 0;
    return SYRINX_OK;
}

int sx_course_look_ahead(const struct sx_course *course)
{
    return course->flow ? sx_flow_look_ahead(course->flow) : 0;
}

int sx_course_step(struct sx_course *course, int columns, float *out, bool *last, struct sx_error *error)
{
    struct sx_flow *flow = course->flow;
    const char *inputs[SX_FLOW_INPUTS];
    *last = true;
    if (!course->active)
        return 0;
    int64_t left = course->length - flow->position, made = 0;
    int n = columns > course->max_columns ? course->max_columns : columns < 1 ? 1 : columns;
    const struct sx_column_buffer *end = &flow->buffers[flow->output];
    if (left > 0) {
        n = n > left ? (int)left : n;
        for (int i = 0; i < course->part.input_count; i++)
            inputs[i] = (const char *)sx_session_known(course->session, course->part.inputs[i])->data + (size_t)flow->position * flow->buffers[flow->inputs[i]].bytes;
        made = sx_flow_round(flow, inputs, n, -1, out);
    } else {
        int64_t finish = course->length + (end->delay + end->rate - 1) / end->rate - flow->position;
        made = sx_flow_round(flow, NULL, n > finish ? (int)finish : n, course->length, out);
    }
    if (flow->error.code != SYRINX_OK) {
        course->active = false;
        *error = flow->error;
        return error->code;
    }
    *last = flow->position >= course->length + (end->delay + end->rate - 1) / end->rate;
    course->active = !*last;
    return (int)(made * (int64_t)(end->bytes / sizeof(float)));
}

void sx_course_free(struct sx_course *course)
{
    if (!course)
        return;
    sx_flow_free(course->flow);
    sx_session_free(course->session);
    free(course->shapes);
    free(course);
}

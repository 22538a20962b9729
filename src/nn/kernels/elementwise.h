/* elementwise.h - functions of one and of two elements, for any width of registers: avx2.c, avx512.c and neon.c include it once each.
 *
 * They bring V, a register of LANES floats, load_part and store_part, apply_leaky_relu and what begins with v_: v_fma(a, b, c) is a * b + c, v_fnma c - a * b,
 * v_min and v_max with NaN as the second operand are NaN, v_signed(size, sign) is copysign, v_scale(x, n) is x * 2^n for whole n. The methods are generic.c's,
 * where they are explained. */

INLINE V exponential(V x)
{
    V c = v_max(v_set(-104.0f), v_min(v_set(104.0f), x)), n = v_round(v_multiply(c, v_set(1.44269504088896341f)));
    V r = v_fma(n, v_set(2.12194440e-4f), v_fnma(n, v_set(0.693359375f), c));
    V p = v_set(1.9875691500e-4f);
    p = v_fma(p, r, v_set(1.3981999507e-3f));
    p = v_fma(p, r, v_set(8.3334519073e-3f));
    p = v_fma(p, r, v_set(4.1665795894e-2f));
    p = v_fma(p, r, v_set(1.6666665459e-1f));
    p = v_fma(p, r, v_set(5.0000001201e-1f));
    p = v_add(v_fma(p, v_multiply(r, r), r), v_set(1.0f));
    return v_scale(p, n);
}

INLINE V logistic(V x)
{
    V one = v_set(1.0f);
    return v_divide(one, v_add(one, exponential(v_negate(x))));
}

INLINE V apply_relu(V x, V parameter)
{
    (void)parameter;
    return v_if_less(x, v_set(0.0f), v_set(0.0f), x);
}

INLINE V apply_sigmoid(V x, V parameter)
{
    (void)parameter;
    return logistic(x);
}

INLINE V apply_silu(V x, V parameter)
{
    (void)parameter;
    return v_multiply(x, logistic(x));
}

INLINE V apply_exponentials(V x, V parameter)
{
    (void)parameter;
    return exponential(x);
}

INLINE V apply_tangent(V x, V parameter)
{
    (void)parameter;
    V one = v_set(1.0f), two = v_set(2.0f), a = v_magnitude(x), s = v_multiply(x, x);
    V p = v_set(-5.70498872745e-3f);
    p = v_fma(p, s, v_set(2.06390887954e-2f));
    p = v_fma(p, s, v_set(-5.37397155531e-2f));
    p = v_fma(p, s, v_set(1.33314422036e-1f));
    p = v_fma(p, s, v_set(-3.33332819422e-1f));
    V small = v_fma(v_multiply(p, s), x, x);
    V e = exponential(v_multiply(two, v_min(v_set(20.0f), a)));
    V large = v_signed(v_subtract(one, v_divide(two, v_add(e, one))), x);
    return v_if_less(a, v_set(0.625f), small, large);
}

INLINE V apply_error_functions(V x, V parameter)
{
    (void)parameter;
    V one = v_set(1.0f), a = v_magnitude(x), s = v_multiply(x, x);
    V p = v_set(7.85386073e-5f);
    p = v_fma(p, s, v_set(-8.01019371e-4f));
    p = v_fma(p, s, v_set(5.18832775e-3f));
    p = v_fma(p, s, v_set(-2.68538129e-2f));
    p = v_fma(p, s, v_set(1.12835854e-1f));
    p = v_fma(p, s, v_set(-3.76126260e-1f));
    p = v_fma(p, s, v_set(1.28379166e-1f));
    V small = v_fma(p, x, x);
    a = v_min(v_set(4.0f), a);
    V q = v_set(1.86379256e-4f);
    q = v_fma(q, a, v_set(-2.94765890e-3f));
    q = v_fma(q, a, v_set(2.18380671e-2f));
    q = v_fma(q, a, v_set(-1.03106759e-1f));
    q = v_fma(q, a, v_set(-6.38144851e-1f));
    q = v_fma(q, a, v_set(-1.12708914f));
    q = v_fma(q, a, v_set(-3.41522275e-4f));
    V large = v_signed(v_subtract(one, exponential(q)), x);
    return v_if_less(a, one, small, large);
}

#define UNARY(name) \
    static void name(const float *x, float parameter, float *y, size_t count) \
    { \
        V p = v_set(parameter); \
        size_t i = 0; \
        for (; i + LANES <= count; i += LANES) \
            v_store(y + i, apply_##name(v_load(x + i), p)); \
        if (i < count) \
            store_part(y + i, apply_##name(load_part(x + i, (int)(count - i)), p), (int)(count - i)); \
    }
UNARY(relu)
UNARY(leaky_relu)
UNARY(sigmoid)
UNARY(silu)
UNARY(exponentials)
UNARY(tangent)
UNARY(error_functions)

/* A step of 0 is one number for all. */
#define BINARY(name) \
    static void name(const float *a, int a_step, const float *b, int b_step, float *y, size_t count) \
    { \
        V va = v_set(*a), vb = v_set(*b); \
        size_t i = 0; \
        for (; i + LANES <= count; i += LANES) { \
            if (a_step) \
                va = v_load(a + i); \
            if (b_step) \
                vb = v_load(b + i); \
            v_store(y + i, v_##name(va, vb)); \
        } \
        if (i < count) { \
            if (a_step) \
                va = load_part(a + i, (int)(count - i)); \
            if (b_step) \
                vb = load_part(b + i, (int)(count - i)); \
            store_part(y + i, v_##name(va, vb), (int)(count - i)); \
        } \
    }
BINARY(add)
BINARY(subtract)
BINARY(multiply)
BINARY(divide)

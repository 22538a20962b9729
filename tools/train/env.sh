# Debian: source this. Its reference BLAS is 35 times slower than OpenBLAS in torch's linear layers.
export LD_LIBRARY_PATH=/usr/lib/$(uname -m)-linux-gnu/openblas-pthread OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1

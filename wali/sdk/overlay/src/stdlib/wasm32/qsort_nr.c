/* qsort is beside qsort_r, in qsort.c: both are made of the same functions. */

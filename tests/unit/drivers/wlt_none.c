/* A library that is no decoder. */
int nothing_of_the_kind(void);

int nothing_of_the_kind(void)
{
    return 0;
}

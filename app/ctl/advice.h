/*
 * What a clerk should know before publishing a form: one sentence each, and what to do about it. Advice never
 * stops a form.
 */
#ifndef YIZHAN_CTL_ADVICE_H
#define YIZHAN_CTL_ADVICE_H

struct advice {
    /* line: 1-based in the file that is looked at, 0 when it is about no single one. hint: what to do, "" for
     * nothing to say. */
    void (*take)(void *context, int line, const char *text, const char *hint);
    void *context;
    int count; /* of what was said */
};

/* ref: of the question it is about, "" for none. */
__attribute__((format(printf, 5, 6))) void advise(struct advice *advice, int line, const char *ref,
                                                  const char *hint, const char *format, ...);

/* The words in text that send people home for papers without saying which; NULL when there are none. */
const char *advice_vague_words(const char *text);

#endif

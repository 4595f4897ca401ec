// SPDX-License-Identifier: MIT
#include <errno.h>

#include "state.h"

int sim__lock_init(struct sim *sim)
{
    pthread_mutexattr_t attributes;
    int result = pthread_mutexattr_init(&attributes);

    if (result != 0)
        return -result;
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    result = pthread_mutex_init(&sim->lock, &attributes);
    pthread_mutexattr_destroy(&attributes);
    return -result;
}

/* A child that was killed while it held the lock leaves it to the next process. */
void sim__lock(struct sim *sim)
{
    if (pthread_mutex_lock(&sim->lock) == EOWNERDEAD)
        pthread_mutex_consistent(&sim->lock);
}

void sim__unlock(struct sim *sim)
{
    pthread_mutex_unlock(&sim->lock);
}

/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/reader.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "journal/reader_files.h"

struct jobs {
	struct tocsin_reader_job *first, *last;
};

struct tocsin_reader {
	pthread_t thread;
	char *path;
	void (*tell)(void *ctx); /* or NULL */
	void *tell_ctx;
	atomic_bool interrupt; /* the job that runs is to end */
	pthread_mutex_t lock;  /* guards what follows */
	pthread_cond_t changed;
	struct jobs waiting, done;
	struct tocsin_reader_job *running;
	size_t count; /* submitted and not collected */
	bool stop, ended;
};

static void add(struct jobs *jobs, struct tocsin_reader_job *job)
{
	job->next = NULL;
	*(jobs->last ? &jobs->last->next : &jobs->first) = job;
	jobs->last = job;
}

static struct tocsin_reader_job *take(struct jobs *jobs)
{
	struct tocsin_reader_job *job = jobs->first;

	if (job) {
		jobs->first = job->next;
		jobs->last = jobs->first ? jobs->last : NULL;
		job->next = NULL;
	}
	return job;
}

/* Nothing of job but this thread's own is touched until it is done; what others want
 * of it they say by reader->interrupt. */
static void run(struct tocsin_reader_files *files, struct tocsin_reader_job *job)
{
	job->error[0] = '\0';
	job->status = tocsin_reader_files_open(files, job->error);
	if (job->status == TOCSIN_OK) {
		job->status =
			job->run(job->ctx, files->journal.database, files->quarantine.database, job->error);
	}
	if (job->status == TOCSIN_IO) {
		tocsin_reader_files_close(files);
	}
}

static int is_interrupted(void *ctx)
{
	struct tocsin_reader *reader = ctx;

	return atomic_load(&reader->interrupt);
}

static void *work(void *argument)
{
	struct tocsin_reader *reader = argument;
	struct tocsin_reader_files files = {
		.path = reader->path, .interrupted = is_interrupted, .ctx = reader};

	pthread_mutex_lock(&reader->lock);
	for (;;) {
		while (!reader->stop && !reader->waiting.first) {
			pthread_cond_wait(&reader->changed, &reader->lock);
		}
		if (reader->stop) {
			break;
		}
		struct tocsin_reader_job *job = take(&reader->waiting);
		if (!job->cancelled) {
			reader->running = job;
			atomic_store(&reader->interrupt, false);
			pthread_mutex_unlock(&reader->lock);
			run(&files, job);
			pthread_mutex_lock(&reader->lock);
			reader->running = NULL;
			job->cancelled = atomic_load(&reader->interrupt);
		}
		add(&reader->done, job);
		if (reader->tell) {
			reader->tell(reader->tell_ctx);
		}
	}
	pthread_mutex_unlock(&reader->lock);
	tocsin_reader_files_close(&files);
	pthread_mutex_lock(&reader->lock);
	reader->ended = true;
	pthread_cond_broadcast(&reader->changed);
	pthread_mutex_unlock(&reader->lock);
	return NULL;
}

/* A thread inherits the mask: the broker's signals are the broker's. */
static bool start_thread(struct tocsin_reader *reader)
{
	sigset_t all;
	sigset_t before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	const int result = pthread_create(&reader->thread, NULL, work, reader);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return result == 0;
}

static void release(struct tocsin_reader *reader)
{
	pthread_cond_destroy(&reader->changed);
	pthread_mutex_destroy(&reader->lock);
	free(reader->path);
	free(reader);
}

struct tocsin_reader *tocsin_reader_start(const char *path, void (*done)(void *ctx), void *done_ctx)
{
	struct tocsin_reader *reader = calloc(1, sizeof(*reader));
	pthread_condattr_t attributes;

	if (!reader) {
		return NULL;
	}
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_mutex_init(&reader->lock, NULL);
	pthread_cond_init(&reader->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	reader->tell = done;
	reader->tell_ctx = done_ctx;
	reader->path = strdup(path);
	if (!reader->path || !start_thread(reader)) {
		release(reader);
		return NULL;
	}
	return reader;
}

bool tocsin_reader_submit(struct tocsin_reader *reader, struct tocsin_reader_job *job)
{
	pthread_mutex_lock(&reader->lock);
	const bool room = reader->count < TOCSIN_READER_JOBS;
	if (room) {
		job->status = TOCSIN_IO;
		job->error[0] = '\0';
		job->cancelled = false;
		reader->count++;
		add(&reader->waiting, job);
		pthread_cond_signal(&reader->changed);
	}
	pthread_mutex_unlock(&reader->lock);
	return room;
}

struct tocsin_reader_job *tocsin_reader_collect(struct tocsin_reader *reader)
{
	pthread_mutex_lock(&reader->lock);
	struct tocsin_reader_job *job = take(&reader->done);
	reader->count -= job ? 1 : 0;
	pthread_mutex_unlock(&reader->lock);
	return job;
}

void tocsin_reader_cancel(struct tocsin_reader *reader, struct tocsin_reader_job *job)
{
	pthread_mutex_lock(&reader->lock);
	if (reader->running == job) {
		atomic_store(&reader->interrupt, true);
	} else {
		job->cancelled = true;
	}
	pthread_mutex_unlock(&reader->lock);
}

static bool end_within(struct tocsin_reader *reader, int64_t timeout_ms)
{
	struct timespec until;
	int result = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += timeout_ms / 1000;
	until.tv_nsec += timeout_ms % 1000 * 1000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_mutex_lock(&reader->lock);
	reader->stop = true;
	atomic_store(&reader->interrupt, true);
	pthread_cond_broadcast(&reader->changed);
	while (!reader->ended && result == 0) {
		result = pthread_cond_timedwait(&reader->changed, &reader->lock, &until);
	}
	const bool ended = reader->ended;
	pthread_mutex_unlock(&reader->lock);
	return ended;
}

bool tocsin_reader_stop(struct tocsin_reader *reader, int64_t timeout_ms)
{
	struct tocsin_reader_job *job;

	if (!reader) {
		return true;
	}
	if (!end_within(reader, timeout_ms)) {
		return false;
	}
	pthread_join(reader->thread, NULL);
	while ((job = take(&reader->done)) != NULL) {
		job->finish(job);
	}
	while ((job = take(&reader->waiting)) != NULL) {
		job->cancelled = true;
		job->finish(job);
	}
	release(reader);
	return true;
}

# What needs the module's globals, which are each instance's own.

	.text
	.globaltype	__stack_pointer, i32
	.globaltype	__tls_base, i32
	.functype	__wasm_init_tls (i32) -> ()
	.functype	__wali_thread_run (i32, i32) -> ()

# The new instance's stack pointer is the first thread's, and it has no thread-local data: both come first.  When the
# thread uses its stack no more, whoever joins may free it: the last store says so (struct start, pthread_create.c).
	.export_name	wasi_thread_start, wasi_thread_start
	.globl	wasi_thread_start
	.type	wasi_thread_start,@function
wasi_thread_start:
	.functype	wasi_thread_start (i32, i32) -> ()
	local.get	1
	i32.load	0
	global.set	__stack_pointer
	local.get	1
	i32.load	4
	global.set	__tls_base
	local.get	0
	local.get	1
	call	__wali_thread_run
	local.get	1
	i32.const	1
	i32.atomic.store	8
	local.get	1
	i32.const	-1
	memory.atomic.notify	8
	drop
	end_function

# Fills a thread's block of thread-local data, from a thread that has another.
	.globl	__wali_init_tls
	.hidden	__wali_init_tls
	.type	__wali_init_tls,@function
__wali_init_tls:
	.functype	__wali_init_tls (i32) -> ()
	.local	i32
	global.get	__tls_base
	local.set	1
	local.get	0
	call	__wasm_init_tls
	local.get	1
	global.set	__tls_base
	end_function

	.globaltype	__stack_pointer, i32
	.functype	__wali_crt (i32) -> ()
	.functype	__wali_crt_there (i32, i32) -> ()
	.hidden	__wali_crt
	.hidden	__wali_crt_there

	.section	.text.__wali_crt_there,"",@
	.globl	__wali_crt_there
	.type	__wali_crt_there,@function
__wali_crt_there:
	.functype	__wali_crt_there (i32, i32) -> ()
	local.get	1
	global.set	__stack_pointer
	local.get	0
	call	__wali_crt
	end_function

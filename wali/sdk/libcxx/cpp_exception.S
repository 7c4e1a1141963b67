# The tag of C++ exceptions, which carry the address of the object.
	.tagtype	__cpp_exception i32
	.globl	__cpp_exception
__cpp_exception:

"""Code that is not easily interrupted."""

# Python drops the KeyboardInterrupt that ends the first loop, in which it is when it has printed.
FINALIZER = """class C:
    def __del__(self):
        print('begun', flush=True)
        while True: pass
C()
while True: pass"""

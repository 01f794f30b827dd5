"""Helpers that are compiled into their callers are optimised there, and nowhere else.

By itself numba optimises every helper, turns it into machine code that nobody calls, and optimises it again in each of
its callers, level after level: a third of the time that a kernel takes to compile. Here a helper is handed over to its
callers as it was written. This takes private parts of numba. Where a version lacks one of them, or the environment
says ``FLATLAB_LEAN_HELPERS=0``, helpers are compiled as numba does it: the same digits, a longer first call.
"""

import importlib
import os

try:
    from numba.core.codegen import JITCodeLibrary
    from numba.core.compiler import CompilerBase, DefaultPassBuilder, Flags, _LowerResult
    from numba.core.compiler_machinery import register_pass
    from numba.core.typed_passes import NativeLowering

    _dynfunc = importlib.import_module("numba._dynfunc")
    _library = JITCodeLibrary
    _parts = _library._optimize_final_module, _library._finalize_dynamic_globals, _library._verify_declare_only_symbols
    _parts += _dynfunc.make_function, Flags.no_compile, Flags.no_cpython_wrapper, Flags.no_cfunc_wrapper
    LEAN = os.environ.get("FLATLAB_LEAN_HELPERS") != "0"
except (ImportError, AttributeError):
    LEAN = False

OPTIONS = {}  # of numba, for what is compiled into its callers only

if LEAN:

    class _Inlined(JITCodeLibrary):
        """Code that is only linked into that of its callers."""

        def _optimize_final_module(self):
            pass

        def _finalize_final_module(self):
            self._finalize_dynamic_globals()
            self._verify_declare_only_symbols()
            self._finalized = True

    @register_pass(mutates_CFG=True, analysis_only=False)
    class _InlinedLowering(NativeLowering):
        _name = "flatlab_inlined_lowering"

        def run_pass(self, state):
            state.flags.no_compile = state.flags.no_cpython_wrapper = state.flags.no_cfunc_wrapper = True
            state.library = _Inlined(state.targetctx.codegen(), state.func_id.func_qualname)
            super().run_pass(state)
            found = state["cr"]
            # callers know a function by what Python would call; nothing calls this one
            name = state.func_id.func_name
            entry = _dynfunc.make_function(found.fndesc.lookup_module(), name, "", 0, found.env, (state.library,))
            state.targetctx.insert_user_function(entry, found.fndesc, [state.library])
            state.reload_init.extend(state.library._reload_init)
            state["cr"] = _LowerResult(found.fndesc, found.call_helper, cfunc=entry, env=found.env)
            return True

    class _InlinedCompiler(CompilerBase):
        def define_pipelines(self):
            manager = DefaultPassBuilder.define_nopython_pipeline(self.state)
            manager.passes = [
                (_InlinedLowering, text) if kind is NativeLowering else (kind, text) for kind, text in manager.passes
            ]
            manager.finalize()
            return [manager]

    OPTIONS["pipeline_class"] = _InlinedCompiler

"""Information security: classifications with their risk assessments, and what still lacks one."""

"""The pages and addresses of OAuth."""

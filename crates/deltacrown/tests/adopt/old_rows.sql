-- Rows for every table of the old platform: {rows} each, with every word that its choices allow.
-- Row n of a table points at row n of another; no foreign key is broken, none is empty.
INSERT INTO accounts_emailotp (id, code, purpose, created_at, expires_at, attempts, is_used, user_id, pending_signup_id)
SELECT n, 'v' || n, (ARRAY['signup'])[1 + n % 1], TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:10:00+00' + n * INTERVAL '1 hour', n, n % 2 = 0, CASE WHEN n % 2 = 0 THEN n END, CASE WHEN n % 2 = 1 THEN n END
FROM generate_series(1, {rows}) n;
INSERT INTO accounts_pendingsignup (id, email, username, password_hash, created_at)
SELECT n, 'user' || n || '@example.org', 'username ' || n, 'password hash ' || n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour'
FROM generate_series(1, {rows}) n;
INSERT INTO accounts_user (id, password, last_login, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined, is_verified, email_verified_at)
SELECT n, 'password ' || n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n % 2 = 0, 'username ' || n, 'first name ' || n, 'last name ' || n, 'user' || n || '@example.org', n % 2 = 0, n % 2 = 0, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n % 2 = 0, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour'
FROM generate_series(1, {rows}) n;
INSERT INTO accounts_user_groups (id, user_id, group_id)
SELECT n, n, n
FROM generate_series(1, {rows}) n;
INSERT INTO accounts_user_user_permissions (id, user_id, permission_id)
SELECT n, n, n
FROM generate_series(1, {rows}) n;
INSERT INTO auth_group (id, name)
SELECT n, 'name ' || n
FROM generate_series(1, {rows}) n;
INSERT INTO auth_group_permissions (id, group_id, permission_id)
SELECT n, n, n
FROM generate_series(1, {rows}) n;
INSERT INTO auth_permission (id, name, content_type_id, codename)
SELECT n, 'name ' || n, n, 'codename ' || n
FROM generate_series(1, {rows}) n;
INSERT INTO corelib_idempotencykey (id, scope, token, created_at, user_id)
SELECT n, 'scope ' || n, 'token ' || n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n
FROM generate_series(1, {rows}) n;
INSERT INTO django_admin_log (id, action_time, object_id, object_repr, action_flag, change_message, content_type_id, user_id)
SELECT n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', 'object id ' || n, 'object repr ' || n, n, 'change message ' || n, n, n
FROM generate_series(1, {rows}) n;
INSERT INTO django_content_type (id, app_label, model)
SELECT n, 'app label ' || n, 'model ' || n
FROM generate_series(1, {rows}) n;
INSERT INTO django_migrations (id, app, name, applied)
SELECT n, (ARRAY['accounts','teams','tournaments','economy'])[1 + n % 4], 'name ' || n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour'
FROM generate_series(1, {rows}) n;
INSERT INTO django_session (session_key, session_data, expire_date)
SELECT 'session key ' || n, 'session data ' || n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour'
FROM generate_series(1, {rows}) n;
INSERT INTO django_site (id, domain, name)
SELECT n, 'domain ' || n, 'name ' || n
FROM generate_series(1, {rows}) n;
INSERT INTO ecommerce_brand (id, name, slug, logo, description, is_featured, is_active)
SELECT n, 'name ' || n, 'slug-' || n, 'logo ' || n, 'description ' || n, n % 2 = 0, n % 2 = 0
FROM generate_series(1, {rows}) n;
INSERT INTO ecommerce_cart (id, created_at, updated_at, user_id)
SELECT n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n
FROM generate_series(1, {rows}) n;
INSERT INTO ecommerce_cartitem (id, quantity, added_at, cart_id, product_id, variant_id)
SELECT n, n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n, n, n
FROM generate_series(1, {rows}) n;
INSERT INTO ecommerce_category (id, name, slug, category_type, description, image, icon, is_active, sort_order)
SELECT n, 'name ' || n, 'slug-' || n, (ARRAY['featured','merchandise','digital','exclusive','limited'])[1 + n % 5], 'description ' || n, 'image ' || n, 'icon ' || n, n % 2 = 0, n
FROM generate_series(1, {rows}) n;
INSERT INTO ecommerce_coupon (id, code, description, discount_type, discount_value, minimum_amount, maximum_uses, used_count, valid_from, valid_to, is_active, member_exclusive)
SELECT n, 'code ' || n, 'description ' || n, (ARRAY['percentage','fixed'])[1 + n % 2], n % 9 + 0.25, n % 9 + 0.25, n, n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n % 2 = 0, n % 2 = 0
FROM generate_series(1, {rows}) n;
INSERT INTO ecommerce_loyaltyprogram (id, points, tier, total_spent, user_id)
SELECT n, n, 'tier ' || n, n % 9 + 0.25, n
FROM generate_series(1, {rows}) n;
INSERT INTO ecommerce_order (id, status, total_price, created_at, user_id, order_number, payment_method, subtotal, tax_amount, shipping_cost, discount_amount, billing_name, billing_email, billing_phone, billing_address, billing_city, billing_state, billing_zip, billing_country, shipping_name, shipping_address, shipping_city, shipping_state, shipping_zip, shipping_country, notes, tracking_number, updated_at, shipped_at, delivered_at)
SELECT n, (ARRAY['pending','processing','paid','shipped','delivered','completed','cancelled','refunded'])[1 + n % 8], n % 9 + 0.25, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n, 'order number ' || n, (ARRAY['delta_coins','credit_card','paypal','crypto'])[1 + n % 4], n % 9 + 0.25, n % 9 + 0.25, n % 9 + 0.25, n % 9 + 0.25, 'billing name ' || n, 'user' || n || '@example.org', 'billing phone ' || n, 'billing address ' || n, 'billing city ' || n, 'billing state ' || n, 'billing zip ' || n, 'billing country ' || n, 'shipping name ' || n, 'shipping address ' || n, 'shipping city ' || n, 'shipping state ' || n, 'shipping zip ' || n, 'shipping country ' || n, 'notes ' || n, 'tracking number ' || n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour'
FROM generate_series(1, {rows}) n;
INSERT INTO ecommerce_orderitem (id, quantity, order_id, product_id, product_name, product_sku, total_price, unit_price, variant_id)
SELECT n, n, n, n, 'product name ' || n, 'product sku ' || n, n % 9 + 0.25, n % 9 + 0.25, n
FROM generate_series(1, {rows}) n;
INSERT INTO ecommerce_product (id, name, description, price, stock, slug, short_description, original_price, discount_percentage, product_type, rarity, featured_image, hover_image, track_stock, allow_backorder, is_featured, is_digital, is_member_exclusive, is_limited_edition, limited_quantity, meta_title, meta_description, created_at, updated_at, is_active, compatible_games, esports_team, category_id, brand_id)
SELECT n, 'name ' || n, 'description ' || n, n % 9 + 0.25, n, 'slug-' || n, 'short description ' || n, n % 9 + 0.25, n, (ARRAY['physical','digital','subscription','bundle'])[1 + n % 4], (ARRAY['common','rare','epic','legendary','mythic'])[1 + n % 5], 'featured image ' || n, 'hover image ' || n, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, n, 'meta title ' || n, 'meta description ' || n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n % 2 = 0, 'compatible games ' || n, 'esports team ' || n, n, n
FROM generate_series(1, {rows}) n;
INSERT INTO ecommerce_productimage (id, image, alt_text, is_main, sort_order, product_id)
SELECT n, 'image ' || n, 'alt text ' || n, n % 2 = 0, n, n
FROM generate_series(1, {rows}) n;
INSERT INTO ecommerce_productvariant (id, name, price, stock_quantity, size, color, material, sku, is_active, product_id)
SELECT n, 'name ' || n, n % 9 + 0.25, n, 'size ' || n, '#a0b1c2', 'material ' || n, 'sku ' || n, n % 2 = 0, n
FROM generate_series(1, {rows}) n;
INSERT INTO ecommerce_review (id, rating, title, comment, is_verified_purchase, is_approved, created_at, product_id, user_id)
SELECT n, n, 'title ' || n, 'comment ' || n, n % 2 = 0, n % 2 = 0, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n, n
FROM generate_series(1, {rows}) n;
INSERT INTO ecommerce_wishlist (id, created_at, user_id)
SELECT n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n
FROM generate_series(1, {rows}) n;
INSERT INTO ecommerce_wishlist_products (id, wishlist_id, product_id)
SELECT n, n, n
FROM generate_series(1, {rows}) n;
INSERT INTO economy_coinpolicy (id, tournament_id, enabled, participation, top4, runner_up, winner, created_at, updated_at)
SELECT n, n, n % 2 = 0, n, n, n, n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour'
FROM generate_series(1, {rows}) n;
INSERT INTO economy_deltacrowntransaction (id, amount, reason, tournament_id, registration_id, match_id, note, idempotency_key, created_at, created_by_id, wallet_id)
SELECT n, n, (ARRAY['participation','top4','runner_up','winner','entry_fee_debit','refund','manual_adjust','correction'])[1 + n % 8], n, n, n, 'note ' || n, 'idempotency key ' || n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n, n
FROM generate_series(1, {rows}) n;
INSERT INTO economy_deltacrownwallet (id, cached_balance, created_at, updated_at, profile_id)
SELECT n, n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n
FROM generate_series(1, {rows}) n;
INSERT INTO notifications_notification (id, event, type, title, body, url, is_read, created_at, tournament_id, match_id, recipient_id)
SELECT n, 'event ' || n, (ARRAY['reg_confirmed','bracket_ready','match_scheduled','result_verified','payment_verified','checkin_open','generic','invite_sent','invite_accepted','roster_changed','tournament_registered','match_result','ranking_changed','sponsor_approved','promotion_started','payout_received','achievement_earned'])[1 + n % 17], 'title ' || n, 'body ' || n, 'https://example.org/' || n, n % 2 = 0, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n, n, n
FROM generate_series(1, {rows}) n;
INSERT INTO notifications_notificationdigest (id, digest_date, sent_at, is_sent, created_at, user_id)
SELECT n, DATE '2025-01-01' + n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n % 2 = 0, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n
FROM generate_series(1, {rows}) n;
INSERT INTO notifications_notificationdigest_notifications (id, notificationdigest_id, notification_id)
SELECT n, n, n
FROM generate_series(1, {rows}) n;
INSERT INTO notifications_notificationpreference (id, invite_sent_channels, invite_accepted_channels, roster_changed_channels, tournament_registered_channels, match_result_channels, ranking_changed_channels, sponsor_approved_channels, promotion_started_channels, payout_received_channels, achievement_earned_channels, enable_daily_digest, digest_time, opt_out_email, opt_out_in_app, opt_out_discord, created_at, updated_at, user_id)
SELECT n, '[]', '[]', '[]', '[]', '[]', '[]', '[]', '[]', '[]', '[]', n % 2 = 0, TIME '08:30', n % 2 = 0, n % 2 = 0, n % 2 = 0, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n
FROM generate_series(1, {rows}) n;
INSERT INTO siteui_communitypost (id, title, content, visibility, game, likes_count, comments_count, shares_count, created_at, updated_at, is_approved, is_pinned, is_featured, author_id)
SELECT n, 'title ' || n, 'content ' || n, (ARRAY['public','friends','private'])[1 + n % 3], 'game ' || n, n, n, n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n % 2 = 0, n % 2 = 0, n % 2 = 0, n
FROM generate_series(1, {rows}) n;
INSERT INTO siteui_communitypostcomment (id, content, created_at, updated_at, is_approved, author_id, parent_id, post_id)
SELECT n, 'content ' || n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n % 2 = 0, n, NULL, n
FROM generate_series(1, {rows}) n;
INSERT INTO siteui_communitypostlike (id, created_at, post_id, user_id)
SELECT n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n, n
FROM generate_series(1, {rows}) n;
INSERT INTO siteui_communitypostmedia (id, media_type, file, thumbnail, alt_text, file_size, width, height, created_at, post_id)
SELECT n, (ARRAY['image','video','gif'])[1 + n % 3], 'file ' || n, 'thumbnail ' || n, 'alt text ' || n, n, n, n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n
FROM generate_series(1, {rows}) n;
INSERT INTO siteui_communitypostshare (id, comment, created_at, original_post_id, shared_by_id)
SELECT n, 'comment ' || n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_analytics_match_participation (id, role_played, was_starter, was_mvp, performance_score, game_specific_performance, created_at, player_id, match_id)
SELECT n, 'role played ' || n, n % 2 = 0, n % 2 = 0, n % 9 + 0.25, '{}', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_analytics_match_record (id, tournament_id, opponent_name, match_date, game, result, score, team_score, opponent_score, map_played, duration_minutes, points_earned, game_specific_data, notes, replay_url, created_at, updated_at, opponent_team_id, team_id)
SELECT n, n, 'opponent name ' || n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', 'game ' || n, (ARRAY['win','loss','draw'])[1 + n % 3], 'score ' || n, n, n, 'map played ' || n, n, n, '{}', 'notes ' || n, 'https://example.org/' || n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', 1 + n % {rows}, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_analytics_player_stats (id, game, tournaments_played, matches_played, matches_won, attendance_rate, mvp_count, contribution_score, individual_rating, game_specific_stats, last_active, is_active, updated_at, created_at, player_id, team_id)
SELECT n, 'game ' || n, n, n, n, n % 9 + 0.25, n, n % 9 + 0.25, n % 9 + 0.25, '{}', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n % 2 = 0, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_analytics_team_stats (id, game, total_matches, matches_won, matches_lost, matches_drawn, win_rate, total_points, points_history, tournaments_participated, tournaments_won, game_specific_stats, current_streak, best_win_streak, last_match_date, updated_at, created_at, team_id)
SELECT n, 'game ' || n, 3 * n, n, n, n, n % 9 + 0.25, n, '[]', n, n, '{}', n, n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_chat_message (id, message, attachment, attachment_type, is_edited, is_deleted, is_pinned, created_at, edited_at, deleted_at, reply_to_id, sender_id, team_id)
SELECT n, 'message ' || n, 'attachment ' || n, (ARRAY['image','document','other'])[1 + n % 3], n % 2 = 0, n % 2 = 0, n % 2 = 0, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', NULL, n, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_chat_message_mentions (id, teamchatmessage_id, userprofile_id)
SELECT n, n, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_chat_reaction (id, emoji, created_at, user_id, message_id)
SELECT n, 'emoji ' || n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_chat_read_receipt (id, last_read_at, user_id, team_id, last_read_message_id)
SELECT n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n, n, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_chat_typing (id, started_typing_at, user_id, team_id)
SELECT n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_codm_membership (id, role, secondary_role, status, is_captain, is_starter, in_game_name, jersey_number, games_played, joined_at, left_at, game_specific_data, rank, profile_id, team_id)
SELECT n, (ARRAY['IGL', 'Slayer', 'Anchor', 'Support', 'Objective Player'])[1 + n % 5], (ARRAY['', 'IGL', 'Slayer', 'Anchor', 'Support', 'Objective Player'])[1 + n % 6], (ARRAY['ACTIVE','SUBSTITUTE','INACTIVE','PENDING','REMOVED'])[1 + n % 5], n % 2 = 0, n % 2 = 0, 'in game name ' || n, n, n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', '{}', 'rank ' || n, n, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_codm_team (id, name, tag, slug, description, logo, banner_image, region, country, twitter, instagram, discord, youtube, twitch, website, is_active, is_public, is_verified, is_recruiting, allow_join_requests, require_approval, created_at, updated_at, game, captain_id)
SELECT n, 'name ' || n, 'v' || n, 'slug-' || n, 'description ' || n, 'logo ' || n, 'banner image ' || n, (ARRAY['', 'ASIA', 'EU', 'NA', 'SAM', 'MEA', 'OCE'])[1 + n % 7], 'country ' || n, 'twitter ' || n, 'instagram ' || n, 'discord ' || n, 'youtube ' || n, 'twitch ' || n, 'https://example.org/' || n, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', 'codm', n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_cs2_membership (id, role, secondary_role, status, is_captain, is_starter, in_game_name, jersey_number, games_played, joined_at, left_at, game_specific_data, faceit_elo, profile_id, team_id)
SELECT n, (ARRAY['IGL', 'Entry Fragger', 'AWPer', 'Lurker', 'Support', 'Rifler'])[1 + n % 6], (ARRAY['', 'IGL', 'Entry Fragger', 'AWPer', 'Lurker', 'Support', 'Rifler'])[1 + n % 7], (ARRAY['ACTIVE','SUBSTITUTE','INACTIVE','PENDING','REMOVED'])[1 + n % 5], n % 2 = 0, n % 2 = 0, 'in game name ' || n, n, n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', '{}', n, n, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_cs2_team (id, name, tag, slug, description, logo, banner_image, region, country, twitter, instagram, discord, youtube, twitch, website, is_active, is_public, is_verified, is_recruiting, allow_join_requests, require_approval, created_at, updated_at, game, captain_id)
SELECT n, 'name ' || n, 'v' || n, 'slug-' || n, 'description ' || n, 'logo ' || n, 'banner image ' || n, (ARRAY['', 'ASIA', 'EU_W', 'EU_E', 'NA', 'SA', 'CIS', 'MEA', 'OCE'])[1 + n % 9], 'country ' || n, 'twitter ' || n, 'instagram ' || n, 'discord ' || n, 'youtube ' || n, 'twitch ' || n, 'https://example.org/' || n, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', 'cs2', n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_discussion_comment (id, content, is_edited, is_deleted, created_at, edited_at, deleted_at, author_id, reply_to_id, post_id)
SELECT n, 'content ' || n, n % 2 = 0, n % 2 = 0, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n, NULL, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_discussion_comment_likes (id, teamdiscussioncomment_id, userprofile_id)
SELECT n, n, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_discussion_notification (id, notification_type, is_read, created_at, read_at, actor_id, recipient_id, comment_id, post_id)
SELECT n, (ARRAY['new_comment','new_reply','post_liked','comment_liked','post_pinned','mentioned'])[1 + n % 6], n % 2 = 0, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', 1 + n % {rows}, n, n, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_discussion_post (id, post_type, title, slug, content, is_public, is_pinned, is_locked, is_deleted, views_count, created_at, updated_at, deleted_at, last_activity_at, author_id, team_id)
SELECT n, (ARRAY['general','announcement','strategy','recruitment','question','feedback','event'])[1 + n % 7], 'title ' || n, 'slug-' || n, 'content ' || n, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_discussion_post_likes (id, teamdiscussionpost_id, userprofile_id)
SELECT n, n, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_discussion_subscription (id, notify_on_comment, notify_on_like, subscribed_at, user_id, post_id)
SELECT n, n % 2 = 0, n % 2 = 0, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_dota2_membership (id, role, secondary_role, status, is_captain, is_starter, in_game_name, jersey_number, games_played, joined_at, left_at, game_specific_data, mmr, profile_id, team_id)
SELECT n, (ARRAY['Position 1 (Carry)', 'Position 2 (Mid)', 'Position 3 (Offlane)', 'Position 4 (Soft Support)', 'Position 5 (Hard Support)'])[1 + n % 5], (ARRAY['', 'Position 1 (Carry)', 'Position 2 (Mid)', 'Position 3 (Offlane)', 'Position 4 (Soft Support)', 'Position 5 (Hard Support)'])[1 + n % 6], (ARRAY['ACTIVE','SUBSTITUTE','INACTIVE','PENDING','REMOVED'])[1 + n % 5], n % 2 = 0, n % 2 = 0, 'in game name ' || n, n, n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', '{}', n, n, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_dota2_team (id, name, tag, slug, description, logo, banner_image, region, country, twitter, instagram, discord, youtube, twitch, website, is_active, is_public, is_verified, is_recruiting, allow_join_requests, require_approval, created_at, updated_at, game, captain_id)
SELECT n, 'name ' || n, 'v' || n, 'slug-' || n, 'description ' || n, 'logo ' || n, 'banner image ' || n, (ARRAY['', 'SEA', 'SA', 'CN', 'EEU', 'WEU', 'NA', 'SAM', 'MEA'])[1 + n % 9], 'country ' || n, 'twitter ' || n, 'instagram ' || n, 'discord ' || n, 'youtube ' || n, 'twitch ' || n, 'https://example.org/' || n, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', 'dota2', n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_efootball_membership (id, role, secondary_role, status, is_captain, is_starter, in_game_name, jersey_number, games_played, joined_at, left_at, game_specific_data, platform, profile_id, team_id)
SELECT n, (ARRAY['Player', 'Co-op Partner'])[1 + n % 2], (ARRAY['', 'Player', 'Co-op Partner'])[1 + n % 3], (ARRAY['ACTIVE','SUBSTITUTE','INACTIVE','PENDING','REMOVED'])[1 + n % 5], n % 2 = 0, n % 2 = 0, 'in game name ' || n, n, n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', '{}', 'platform ' || n, n, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_efootball_team (id, name, tag, slug, description, logo, banner_image, region, country, twitter, instagram, discord, youtube, twitch, website, is_active, is_public, is_verified, is_recruiting, allow_join_requests, require_approval, created_at, updated_at, game, captain_id)
SELECT n, 'name ' || n, 'v' || n, 'slug-' || n, 'description ' || n, 'logo ' || n, 'banner image ' || n, (ARRAY['', 'ASIA', 'EU', 'NA', 'SAM', 'AF', 'ME', 'OCE'])[1 + n % 8], 'country ' || n, 'twitter ' || n, 'instagram ' || n, 'discord ' || n, 'youtube ' || n, 'twitch ' || n, 'https://example.org/' || n, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', 'efootball', n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_efootballteampreset (id, name, team_name, team_logo, captain_name, captain_ign, mate_name, mate_ign, created_at, profile_id)
SELECT n, 'name ' || n, 'team name ' || n, 'team logo ' || n, 'captain name ' || n, 'captain ign ' || n, 'mate name ' || n, 'mate ign ' || n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_fc26_membership (id, role, secondary_role, status, is_captain, is_starter, in_game_name, jersey_number, games_played, joined_at, left_at, game_specific_data, platform, profile_id, team_id)
SELECT n, (ARRAY['Player'])[1 + n % 1], (ARRAY['', 'Player'])[1 + n % 2], (ARRAY['ACTIVE','SUBSTITUTE','INACTIVE','PENDING','REMOVED'])[1 + n % 5], n % 2 = 0, n % 2 = 0, 'in game name ' || n, n, n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', '{}', 'platform ' || n, n, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_fc26_team (id, name, tag, slug, description, logo, banner_image, region, country, twitter, instagram, discord, youtube, twitch, website, is_active, is_public, is_verified, is_recruiting, allow_join_requests, require_approval, created_at, updated_at, game, captain_id)
SELECT n, 'name ' || n, 'v' || n, 'slug-' || n, 'description ' || n, 'logo ' || n, 'banner image ' || n, (ARRAY['', 'ASIA', 'EU', 'NA', 'SAM', 'AF', 'ME', 'OCE'])[1 + n % 8], 'country ' || n, 'twitter ' || n, 'instagram ' || n, 'discord ' || n, 'youtube ' || n, 'twitch ' || n, 'https://example.org/' || n, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', 'fc26', n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_freefire_membership (id, role, secondary_role, status, is_captain, is_starter, in_game_name, jersey_number, games_played, joined_at, left_at, game_specific_data, profile_id, team_id)
SELECT n, (ARRAY['Rusher', 'Flanker', 'Support', 'Shot Caller'])[1 + n % 4], (ARRAY['', 'Rusher', 'Flanker', 'Support', 'Shot Caller'])[1 + n % 5], (ARRAY['ACTIVE','SUBSTITUTE','INACTIVE','PENDING','REMOVED'])[1 + n % 5], n % 2 = 0, n % 2 = 0, 'in game name ' || n, n, n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', '{}', n, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_freefire_team (id, name, tag, slug, description, logo, banner_image, region, country, twitter, instagram, discord, youtube, twitch, website, is_active, is_public, is_verified, is_recruiting, allow_join_requests, require_approval, created_at, updated_at, game, captain_id)
SELECT n, 'name ' || n, 'v' || n, 'slug-' || n, 'description ' || n, 'logo ' || n, 'banner image ' || n, (ARRAY['', 'SA', 'SEA', 'MENA', 'EU', 'LATAM', 'AF', 'BR', 'NA'])[1 + n % 9], 'country ' || n, 'twitter ' || n, 'instagram ' || n, 'discord ' || n, 'youtube ' || n, 'twitch ' || n, 'https://example.org/' || n, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', 'freefire', n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_mlbb_membership (id, role, secondary_role, status, is_captain, is_starter, in_game_name, jersey_number, games_played, joined_at, left_at, game_specific_data, server, profile_id, team_id)
SELECT n, (ARRAY['Gold Laner', 'EXP Laner', 'Mid Laner', 'Jungler', 'Roamer'])[1 + n % 5], (ARRAY['', 'Gold Laner', 'EXP Laner', 'Mid Laner', 'Jungler', 'Roamer'])[1 + n % 6], (ARRAY['ACTIVE','SUBSTITUTE','INACTIVE','PENDING','REMOVED'])[1 + n % 5], n % 2 = 0, n % 2 = 0, 'in game name ' || n, n, n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', '{}', 'server ' || n, n, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_mlbb_team (id, name, tag, slug, description, logo, banner_image, region, country, twitter, instagram, discord, youtube, twitch, website, is_active, is_public, is_verified, is_recruiting, allow_join_requests, require_approval, created_at, updated_at, game, captain_id)
SELECT n, 'name ' || n, 'v' || n, 'slug-' || n, 'description ' || n, 'logo ' || n, 'banner image ' || n, (ARRAY['', 'SEA_PH', 'SEA_ID', 'SEA_MY', 'SEA_SG', 'SEA_TH', 'SA', 'EA', 'MENA', 'EU', 'LATAM'])[1 + n % 11], 'country ' || n, 'twitter ' || n, 'instagram ' || n, 'discord ' || n, 'youtube ' || n, 'twitch ' || n, 'https://example.org/' || n, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', 'mlbb', n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_pubg_membership (id, role, secondary_role, status, is_captain, is_starter, in_game_name, jersey_number, games_played, joined_at, left_at, game_specific_data, tier, profile_id, team_id)
SELECT n, (ARRAY['IGL/Shot Caller', 'Assaulter/Fragger', 'Support', 'Sniper/Scout'])[1 + n % 4], (ARRAY['', 'IGL/Shot Caller', 'Assaulter/Fragger', 'Support', 'Sniper/Scout'])[1 + n % 5], (ARRAY['ACTIVE','SUBSTITUTE','INACTIVE','PENDING','REMOVED'])[1 + n % 5], n % 2 = 0, n % 2 = 0, 'in game name ' || n, n, n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', '{}', 'tier ' || n, n, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_pubg_team (id, name, tag, slug, description, logo, banner_image, region, country, twitter, instagram, discord, youtube, twitch, website, is_active, is_public, is_verified, is_recruiting, allow_join_requests, require_approval, created_at, updated_at, game, captain_id)
SELECT n, 'name ' || n, 'v' || n, 'slug-' || n, 'description ' || n, 'logo ' || n, 'banner image ' || n, (ARRAY['', 'SA', 'SEA', 'EA', 'MEA', 'EU', 'AMER', 'OCE'])[1 + n % 8], 'country ' || n, 'twitter ' || n, 'instagram ' || n, 'discord ' || n, 'youtube ' || n, 'twitch ' || n, 'https://example.org/' || n, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', 'pubg', n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_ranking_breakdown (team_id, tournament_participation_points, tournament_winner_points, tournament_runner_up_points, tournament_top_4_points, member_count_points, team_age_points, achievement_points, manual_adjustment_points, calculated_total, final_total, last_calculated)
SELECT n, n, n, n, n, n, n, n, n, 7 * n, 8 * n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour'
FROM generate_series(1, {rows}) n;
INSERT INTO teams_ranking_criteria (id, tournament_participation, tournament_winner, tournament_runner_up, tournament_top_4, points_per_member, points_per_month_age, achievement_points, is_active, created_at, updated_at)
SELECT n, n, n, n, n, n, n, n, n % 2 = 0, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour'
FROM generate_series(1, {rows}) n;
INSERT INTO teams_ranking_history (id, points_change, points_before, points_after, source, reason, related_object_type, related_object_id, created_at, admin_user_id, team_id)
SELECT n, n, n, 2 * n, (ARRAY['tournament_participation','tournament_winner','tournament_runner_up','tournament_top_4','member_count','team_age','achievement','manual_adjustment','recalculation'])[1 + n % 9], 'reason ' || n, 'related object type ' || n, n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_ranking_settings (id, tournament_victory_points, runner_up_points, top4_finish_points, top8_finish_points, participation_points, general_achievement_points, member_points, monthly_age_points, verified_team_multiplier, featured_team_bonus, is_active, created_at, updated_at, updated_by_id)
SELECT n, n, n, n, n, n, n, n, n, n % 9 + 1.25, n, n % 2 = 0, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_sponsorinquiry (id, company_name, contact_name, contact_email, contact_phone, website, interested_tier, budget_range, message, industry, company_size, previous_sponsorships, status, admin_notes, ip_address, user_agent, created_at, updated_at, responded_at, assigned_to_id, team_id, converted_to_sponsor_id)
SELECT n, 'company name ' || n, 'contact name ' || n, 'user' || n || '@example.org', 'contact phone ' || n, 'https://example.org/' || n, (ARRAY['platinum','gold','silver','bronze','partner'])[1 + n % 5], 'budget range ' || n, 'message ' || n, 'industry ' || n, 'company size ' || n, 'previous sponsorships ' || n, (ARRAY['pending','contacted','negotiating','approved','rejected'])[1 + n % 5], 'admin notes ' || n, ('10.0.0.' || n % 250)::inet, 'user agent ' || n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n, n, NULL
FROM generate_series(1, {rows}) n;
INSERT INTO teams_team (id, name, tag, description, logo, name_ci, tag_ci, created_at, updated_at, game, banner_image, roster_image, region, twitter, instagram, discord, youtube, twitch, linktree, slug, followers_count, posts_count, is_verified, is_featured, allow_posts, allow_followers, posts_require_approval, is_active, is_public, allow_join_requests, show_statistics, primary_game, banner, total_points, adjust_points, hero_template, tagline, is_recruiting, show_roster_publicly, show_statistics_publicly, show_tournaments_publicly, show_achievements_publicly, members_can_post, require_post_approval, members_can_invite, auto_accept_join_requests, require_application_message, min_rank_requirement, hide_member_stats, hide_social_links, show_captain_only, captain_id)
SELECT n, 'name ' || n, 'v' || n, 'description ' || n, 'logo ' || n, 'name ci ' || n, 'tag ci ' || n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', (ARRAY['valorant','cs2','dota2','mlbb','pubg','freefire','efootball','fc26','codm','csgo'])[1 + n % 10], 'banner image ' || n, 'roster image ' || n, 'region ' || n, 'twitter ' || n, 'instagram ' || n, 'discord ' || n, 'youtube ' || n, 'twitch ' || n, 'https://example.org/' || n, 'slug-' || n, n, n, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, 'primary game ' || n, 'banner ' || n, n, n, (ARRAY['default','centered','split','minimal','championship'])[1 + n % 5], 'tagline ' || n, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, 'min rank requirement ' || n, n % 2 = 0, n % 2 = 0, n % 2 = 0, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_teamachievement (id, title, placement, year, notes, tournament_id, created_at, team_id)
SELECT n, 'title ' || n, (ARRAY['WINNER','RUNNER_UP','TOP4','TOP8','PARTICIPANT'])[1 + n % 5], 2000 + n, 'notes ' || n, n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_teamactivity (id, activity_type, description, metadata, created_at, is_public, actor_id, related_user_id, team_id, related_post_id)
SELECT n, (ARRAY['team_created','member_joined','member_left','captain_changed','post_published','match_scheduled','match_completed','achievement_earned','tournament_joined','tournament_won'])[1 + n % 10], 'description ' || n, '{}', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n % 2 = 0, n, n, n, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_teamfollower (id, notify_posts, notify_matches, notify_achievements, followed_at, follower_id, team_id)
SELECT n, n % 2 = 0, n % 2 = 0, n % 2 = 0, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_teaminvite (id, invited_email, role, token, status, expires_at, created_at, invited_user_id, inviter_id, team_id)
SELECT n, 'user' || n || '@example.org', (ARRAY['OWNER','MANAGER','COACH','PLAYER','SUBSTITUTE','CAPTAIN','SUB'])[1 + n % 7], 'token ' || n, (ARRAY['PENDING','ACCEPTED','DECLINED','EXPIRED','CANCELLED'])[1 + n % 5], TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n, n, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_teammembership (id, role, status, joined_at, player_role, is_captain, can_manage_roster, can_edit_team, can_register_tournaments, profile_id, team_id)
SELECT n, (ARRAY['OWNER','MANAGER','COACH','PLAYER','SUBSTITUTE','CAPTAIN','SUB'])[1 + n % 7], (ARRAY['ACTIVE','PENDING','REMOVED'])[1 + n % 3], TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', 'player role ' || n, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, n, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_teammerchitem (id, title, slug, sku, category, description, price, currency, sale_price, stock, is_in_stock, unlimited_stock, image, image_url, external_link, affiliate_link, has_variants, variant_options, is_featured, is_active, display_order, view_count, click_count, created_at, updated_at, team_id)
SELECT n, 'title ' || n, 'slug-' || n, 'sku ' || n, (ARRAY['jersey','hoodie','tshirt','cap','accessory','collectible','digital','other'])[1 + n % 8], 'description ' || n, n % 9 + 0.25, 'BDT', n % 9 + 0.25, n, n % 2 = 0, n % 2 = 0, 'image ' || n, 'https://example.org/' || n, 'https://example.org/' || n, 'https://example.org/' || n, n % 2 = 0, '{}', n % 2 = 0, n % 2 = 0, n, n, n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_teampost (id, post_type, title, content, visibility, is_pinned, is_featured, likes_count, comments_count, shares_count, views_count, created_at, updated_at, published_at, is_edited, author_id, team_id)
SELECT n, (ARRAY['status','announcement','achievement','media','blog','match_result','recruitment'])[1 + n % 7], 'title ' || n, 'content ' || n, (ARRAY['public','followers','members','private'])[1 + n % 4], n % 2 = 0, n % 2 = 0, n, n, n, n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n % 2 = 0, n, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_teampostcomment (id, content, likes_count, created_at, updated_at, is_edited, author_id, parent_id, post_id)
SELECT n, 'content ' || n, n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n % 2 = 0, n, NULL, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_teampostlike (id, content_type, created_at, comment_id, post_id, user_id)
SELECT n, (ARRAY['post','comment'])[1 + n % 2], TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n, n, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_teampostmedia (id, media_type, file, caption, alt_text, file_size, duration, width, height, created_at, post_id)
SELECT n, (ARRAY['image','video','document'])[1 + n % 3], 'file ' || n, 'caption ' || n, 'alt text ' || n, n, n, n, n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_teampromotion (id, promotion_type, title, description, start_at, end_at, is_active, paid_amount, currency, status, transaction_ref, payment_method, paid_at, impression_count, click_count, conversion_count, approved_at, admin_notes, created_at, updated_at, approved_by_id, team_id)
SELECT n, (ARRAY['featured_homepage','featured_hub','banner_ad','spotlight','boosted_ranking','social_media','newsletter'])[1 + n % 7], 'title ' || n, 'description ' || n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-06-01 12:00:00+00' + n * INTERVAL '1 hour', n % 2 = 0, n % 9 + 0.25, 'BDT', (ARRAY['pending','paid','active','completed','cancelled'])[1 + n % 5], 'transaction ref ' || n, 'payment method ' || n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n, n, n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', 'admin notes ' || n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_teamsponsor (id, sponsor_name, sponsor_logo, sponsor_logo_url, sponsor_link, sponsor_tier, contact_name, contact_email, contact_phone, start_date, end_date, status, is_active, deal_value, currency, click_count, impression_count, notes, benefits, display_order, show_on_profile, show_on_jerseys, created_at, updated_at, approved_at, approved_by_id, team_id)
SELECT n, 'sponsor name ' || n, 'sponsor logo ' || n, 'https://example.org/' || n, 'https://example.org/' || n, (ARRAY['platinum','gold','silver','bronze','partner'])[1 + n % 5], 'contact name ' || n, 'user' || n || '@example.org', 'contact phone ' || n, DATE '2025-01-01' + n, DATE '2025-01-01' + n, (ARRAY['pending','active','expired','rejected','cancelled'])[1 + n % 5], n % 2 = 0, n % 9 + 0.25, 'BDT', n, n, 'notes ' || n, 'benefits ' || n, n, n % 2 = 0, n % 2 = 0, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_teamstats (id, matches_played, wins, losses, win_rate, streak, updated_at, team_id)
SELECT n, 2 * n, n, n, n % 9 + 0.25, n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_tournament_participation (id, role, is_starter, matches_played, mvp_count, created_at, updated_at, player_id, registration_id)
SELECT n, (ARRAY['OWNER', 'MANAGER', 'COACH', 'PLAYER', 'CAPTAIN', 'SUB'])[1 + n % 6], n % 2 = 0, n, n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_tournament_registration (id, tournament_id, status, roster_snapshot, validation_passed, validation_errors, max_roster_size, min_starters, allowed_roles, is_roster_locked, locked_at, payment_reference, payment_verified, payment_verified_at, admin_notes, rejection_reason, registered_at, updated_at, payment_verified_by_id, registered_by_id, team_id)
SELECT n, n, (ARRAY['pending','approved','rejected','cancelled','confirmed'])[1 + n % 5], '{}', n % 2 = 0, '[]', n, n, '[]', n % 2 = 0, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', 'payment reference ' || n, n % 2 = 0, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', 'admin notes ' || n, 'rejection reason ' || n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n, n, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_tournament_roster_lock (id, is_unlock, locked_by_system, reason, created_at, registration_id, unlocked_by_id)
SELECT n, n % 2 = 0, n % 2 = 0, 'reason ' || n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_valorant_membership (id, role, secondary_role, status, is_captain, is_starter, in_game_name, jersey_number, games_played, joined_at, left_at, game_specific_data, agent_pool, competitive_rank, profile_id, team_id)
SELECT n, (ARRAY['Duelist', 'Controller', 'Initiator', 'Sentinel', 'IGL', 'Flex'])[1 + n % 6], (ARRAY['', 'Duelist', 'Controller', 'Initiator', 'Sentinel', 'IGL', 'Flex'])[1 + n % 7], (ARRAY['ACTIVE','SUBSTITUTE','INACTIVE','PENDING','REMOVED'])[1 + n % 5], n % 2 = 0, n % 2 = 0, 'in game name ' || n, n, n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', '{}', '[]', 'competitive rank ' || n, n, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_valorant_team (id, name, tag, slug, description, logo, banner_image, region, country, twitter, instagram, discord, youtube, twitch, website, is_active, is_public, is_verified, is_recruiting, allow_join_requests, require_approval, created_at, updated_at, game, average_rank, captain_id)
SELECT n, 'name ' || n, 'v' || n, 'slug-' || n, 'description ' || n, 'logo ' || n, 'banner image ' || n, (ARRAY['', 'SA', 'PAC', 'EA', 'EMEA', 'AMER', 'OCE'])[1 + n % 7], 'country ' || n, 'twitter ' || n, 'instagram ' || n, 'discord ' || n, 'youtube ' || n, 'twitch ' || n, 'https://example.org/' || n, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', 'valorant', 'average rank ' || n, n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_valorantplayerpreset (id, in_game_name, riot_id, discord, role, preset_id)
SELECT n, 'in game name ' || n, 'riot id ' || n, 'discord ' || n, (ARRAY['CAPTAIN', 'PLAYER', 'SUB'])[1 + n % 3], n
FROM generate_series(1, {rows}) n;
INSERT INTO teams_valorantteampreset (id, name, team_name, team_tag, team_logo, banner_image, region, created_at, profile_id)
SELECT n, 'name ' || n, 'team name ' || n, 'v' || n, 'team logo ' || n, 'banner image ' || n, 'region ' || n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n
FROM generate_series(1, {rows}) n;
INSERT INTO tournament_engine_bracket_bracket (id, created_at, format, total_rounds, total_matches, bracket_structure, seeding_method, is_finalized, generated_at, updated_at, tournament_id)
SELECT n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', (ARRAY['single-elimination','double-elimination','round-robin','swiss','group-stage'])[1 + n % 5], n, n, '{}', (ARRAY['slot-order','random','ranked','manual'])[1 + n % 4], n % 2 = 0, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n
FROM generate_series(1, {rows}) n;
INSERT INTO tournament_engine_bracket_bracketnode (id, position, round_number, match_number_in_round, participant1_id, participant1_name, participant2_id, participant2_name, winner_id, parent_slot, is_bye, bracket_type, bracket_id, child1_node_id, child2_node_id, parent_node_id, match_id)
SELECT n, n, n, n, n, 'participant1 name ' || n, 1 + n % {rows}, 'participant2 name ' || n, n, 1 + n % 2, false, (ARRAY['main', 'losers', 'third-place', 'group-' || n])[1 + n % 4], n, NULL, NULL, NULL, n
FROM generate_series(1, {rows}) n;
INSERT INTO tournament_engine_match_dispute (id, created_at, updated_at, initiated_by_id, reason, description, evidence_screenshot, evidence_video_url, status, resolved_by_id, resolution_notes, final_participant1_score, final_participant2_score, resolved_at, match_id)
SELECT n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n, (ARRAY['score_mismatch','no_show','cheating','technical_issue','other'])[1 + n % 5], 'description ' || n, 'evidence screenshot ' || n, 'https://example.org/' || n, (ARRAY['open','under_review','resolved','escalated'])[1 + n % 4], n, 'resolution notes ' || n, n, n, CASE WHEN n % 4 = 2 THEN TIMESTAMPTZ '2025-01-02 12:00:00+00' END, n
FROM generate_series(1, {rows}) n;
INSERT INTO tournament_engine_match_match (id, is_deleted, deleted_at, created_at, updated_at, round_number, match_number, participant1_id, participant1_name, participant2_id, participant2_name, state, participant1_score, participant2_score, winner_id, loser_id, lobby_info, stream_url, scheduled_time, check_in_deadline, participant1_checked_in, participant2_checked_in, started_at, completed_at, bracket_id, deleted_by_id, tournament_id)
SELECT n, n % 2 = 0, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n, n, n, 'participant1 name ' || n, 1 + n % {rows}, 'participant2 name ' || n, (ARRAY['scheduled','check_in','ready','live','pending_result','completed','disputed','forfeit','cancelled'])[1 + n % 9], n, n, n, 1 + n % {rows}, '{}', 'https://example.org/' || n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n % 2 = 0, n % 2 = 0, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n, n, n
FROM generate_series(1, {rows}) n;
INSERT INTO tournaments_auditlog (id, action, timestamp, metadata, ip_address, user_agent, user_id)
SELECT n, 'action ' || n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', '{}', ('10.0.0.' || n % 250)::inet, 'user agent ' || n, n
FROM generate_series(1, {rows}) n;
INSERT INTO tournaments_customfield (id, field_name, field_key, field_type, field_config, field_value, "order", is_required, help_text, tournament_id)
SELECT n, 'field name ' || n, 'field key ' || n, (ARRAY['text','number','media','toggle','date','url','dropdown'])[1 + n % 7], '{}', '{}', n, n % 2 = 0, 'help text ' || n, n
FROM generate_series(1, {rows}) n;
INSERT INTO tournaments_game (id, name, slug, icon, default_team_size, profile_id_field, default_result_type, is_active, description, created_at)
SELECT n, 'name ' || n, 'slug-' || n, 'icon ' || n, 1 + n % 5, 'profile id field ' || n, (ARRAY['map_score','best_of','point_based'])[1 + n % 3], n % 2 = 0, 'description ' || n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour'
FROM generate_series(1, {rows}) n;
INSERT INTO tournaments_payment (id, payment_method, amount, transaction_id, payment_proof, status, admin_notes, verified_at, submitted_at, updated_at, verified_by_id, registration_id)
SELECT n, (ARRAY['bkash','nagad','rocket','bank','deltacoin'])[1 + n % 5], n + 0.25, 'transaction id ' || n, 'payment proof ' || n, (ARRAY['pending','submitted','verified','rejected','refunded'])[1 + n % 5], 'admin notes ' || n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n, n
FROM generate_series(1, {rows}) n;
INSERT INTO tournaments_registration (id, is_deleted, deleted_at, created_at, updated_at, team_id, registration_data, status, registered_at, checked_in, checked_in_at, slot_number, seed, deleted_by_id, user_id, tournament_id)
SELECT n, n % 2 = 0, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', CASE WHEN n % 2 = 0 THEN n END, '{}', (ARRAY['pending','payment_submitted','confirmed','rejected','cancelled','no_show'])[1 + n % 6], TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n % 2 = 0, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n, n, n, CASE WHEN n % 2 = 1 THEN n END, n
FROM generate_series(1, {rows}) n;
INSERT INTO tournaments_tournament (id, is_deleted, deleted_at, created_at, updated_at, name, slug, description, is_official, format, participation_type, max_participants, min_participants, registration_start, registration_end, tournament_start, tournament_end, prize_pool, prize_currency, prize_deltacoin, prize_distribution, has_entry_fee, entry_fee_amount, entry_fee_currency, entry_fee_deltacoin, payment_methods, enable_fee_waiver, fee_waiver_top_n_teams, banner_image, thumbnail_image, rules_pdf, promo_video_url, stream_youtube_url, stream_twitch_url, enable_check_in, check_in_minutes_before, enable_dynamic_seeding, enable_live_updates, enable_certificates, enable_challenges, enable_fan_voting, rules_text, status, published_at, total_registrations, total_matches, completed_matches, meta_description, meta_keywords, deleted_by_id, game_id, organizer_id)
SELECT n, n % 2 = 0, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', 'name ' || n, 'slug-' || n, 'description ' || n, n % 2 = 0, (ARRAY['single_elimination','double_elimination','round_robin','swiss','group_playoff'])[1 + n % 5], (ARRAY['team','solo'])[1 + n % 2], 2 + n, 2, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-02-01 12:00:00+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-03-01 12:00:00+00' + n * INTERVAL '1 hour', TIMESTAMPTZ '2025-04-01 12:00:00+00' + n * INTERVAL '1 hour', n % 9 + 0.25, 'BDT', n, '{}', n % 2 = 0, n % 9 + 0.25, 'BDT', n, ARRAY['one', 'two']::varchar(20)[], n % 2 = 0, n, 'banner image ' || n, 'thumbnail image ' || n, 'rules pdf ' || n, 'https://example.org/' || n, 'https://example.org/' || n, 'https://example.org/' || n, n % 2 = 0, n, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, 'rules text ' || n, (ARRAY['draft','pending_approval','published','registration_open','registration_closed','live','completed','cancelled','archived'])[1 + n % 9], TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n, n, n, 'meta description ' || n, ARRAY['one', 'two']::varchar(50)[], n, n, n
FROM generate_series(1, {rows}) n;
INSERT INTO tournaments_tournamentversion (id, version_number, version_data, change_summary, changed_at, is_active, rolled_back_at, changed_by_id, rolled_back_by_id, tournament_id)
SELECT n, n, '[]', 'change summary ' || n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n % 2 = 0, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n, n, n
FROM generate_series(1, {rows}) n;
INSERT INTO user_profile_userprofile (id, display_name, region, avatar, bio, youtube_link, twitch_link, preferred_games, discord_id, riot_id, efootball_id, created_at, user_id, is_private, show_email, show_phone, show_socials, codm_uid, ea_id, free_fire_id, mlbb_id, mlbb_server_id, pubg_mobile_id, riot_tagline, steam_id)
SELECT n, 'display name ' || n, (ARRAY['BD','SA','AS','EU','NA'])[1 + n % 5], 'avatar ' || n, 'bio ' || n, 'https://example.org/' || n, 'https://example.org/' || n, '[]', 'discord id ' || n, 'riot id ' || n, 'efootball id ' || n, TIMESTAMPTZ '2025-01-01 12:00:00.123456+00' + n * INTERVAL '1 hour', n, n % 2 = 0, n % 2 = 0, n % 2 = 0, n % 2 = 0, 'codm uid ' || n, 'ea id ' || n, 'free fire id ' || n, 'mlbb id ' || n, 'mlbb server id ' || n, 'pubg mobile id ' || n, 'riot tagline ' || n, 'steam id ' || n
FROM generate_series(1, {rows}) n;
-- Two entries a tournament play each other there; a participant is named by the bare id of its team or user.
UPDATE tournaments_registration SET tournament_id = (id + 1) / 2,
    team_id = CASE WHEN team_id IS NOT NULL THEN {rows} + 2 - id END,
    user_id = CASE WHEN user_id IS NOT NULL THEN {rows} - id END;
UPDATE tournament_engine_match_match SET tournament_id = 1 + (id - 1) % ({rows} / 2);
UPDATE tournament_engine_match_match SET
    participant1_id = (SELECT coalesce(r.team_id, r.user_id) FROM tournaments_registration r WHERE r.id = 2 * tournament_engine_match_match.tournament_id - 1),
    participant2_id = (SELECT coalesce(r.team_id, r.user_id) FROM tournaments_registration r WHERE r.id = 2 * tournament_engine_match_match.tournament_id);
UPDATE tournament_engine_match_match SET winner_id = participant2_id WHERE winner_id IS NOT NULL;
UPDATE tournament_engine_match_match SET loser_id = participant1_id WHERE loser_id IS NOT NULL;
UPDATE tournament_engine_bracket_bracketnode SET
    participant1_id = (SELECT coalesce(r.team_id, r.user_id) FROM tournaments_registration r JOIN tournament_engine_bracket_bracket b ON b.tournament_id = r.tournament_id WHERE b.id = bracket_id ORDER BY r.id LIMIT 1),
    participant2_id = (SELECT coalesce(r.team_id, r.user_id) FROM tournaments_registration r JOIN tournament_engine_bracket_bracket b ON b.tournament_id = r.tournament_id WHERE b.id = bracket_id ORDER BY r.id DESC LIMIT 1);
UPDATE tournament_engine_bracket_bracketnode SET winner_id = participant1_id;
